// Reads a served clinic as another record's program would, with a client that others wrote; says what it found.
import { Client } from "fhir-kit-client";

const client = new Client({ baseUrl: `${process.env.ADDRESS}/fhir`, bearerToken: process.env.TOKEN });
const statement = await client.capabilityStatement();

const people = [];
let page = await client.search({ resourceType: "Patient", searchParams: { _count: 5 } });
while (page) {
  people.push(...(page.entry ?? []).map((entry) => entry.resource.id));
  page = await client.nextPage({ bundle: page });
}

const values = new Set();
let most = { total: 0 };
for (const patient of people) {
  const found = await client.search({ resourceType: "Observation", searchParams: { patient, _count: 40 } });
  if (found.total > most.total) most = found;
}
for (let bundle = most; bundle; bundle = await client.nextPage({ bundle })) {
  for (const entry of bundle.entry ?? []) values.add(entry.resource.id);
}

const id = most.entry[0].resource.id;
const one = await client.read({ resourceType: "Observation", id });
const history = await client.resourceHistory({ resourceType: "Observation", id });

async function refused(ask) {
  try {
    await ask();
  } catch (error) {
    return [error.response.status, error.response.data.resourceType];
  }
  return null;
}

const sent = await client.create({
  resourceType: "AllergyIntolerance",
  body: { resourceType: "AllergyIntolerance", code: { text: "latex" }, patient: { reference: `Patient/${people[0]}` } },
});
const back = await client.read({ resourceType: "AllergyIntolerance", id: sent.id });

console.log(
  JSON.stringify({
    version: statement.fhirVersion,
    types: statement.rest[0].resource.length,
    people: people.length,
    different: new Set(people).size,
    values: values.size,
    total: most.total,
    read: one.id === id,
    versions: history.total,
    everybody: await refused(() => client.search({ resourceType: "Observation", searchParams: {} })),
    sent: [sent.code.text, back.code.text, sent.id === back.id],
    updated: await refused(() => client.update({ resourceType: "AllergyIntolerance", id: sent.id, body: sent })),
    written: await refused(() => client.create({ resourceType: "Patient", body: { resourceType: "Patient" } })),
  }),
);
