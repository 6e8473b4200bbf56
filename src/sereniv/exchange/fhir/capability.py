"""What this server can do, as FHIR says it: made of the table by which it answers."""

from datetime import datetime

from sereniv.exchange.fhir.names import RECEIVED
from sereniv.exchange.fhir.searching import COMMON, Param
from sereniv.exchange.fhir.table import ROWS, Served
from sereniv.exchange.fhir.written import Element, Resource, kept, moment

OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
EVERYTHING = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
BULK = "http://hl7.org/fhir/uv/bulkdata"
EXPORT_ALL = f"{BULK}/OperationDefinition/export"
OF_PATIENT: tuple[Element, ...] = (
    {"name": "everything", "definition": EVERYTHING},
    {"name": "export", "definition": f"{BULK}/OperationDefinition/patient-export"},
)
DOCUMENTATION = (
    "Of a person's record, search with patient=ID or _id=ID. What is created is received: it waits in the person's "
    "inbox until somebody of the clinic takes it over, and no search finds it before that. Its sender reads it back, "
    "as it came, where Location says. Nothing is updated or deleted: what changed is sent anew."
)


def capability(base: str, token: str, at: datetime, version: str) -> Resource:
    """Return the CapabilityStatement of the server at `base`, whose tokens are given at `token`."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": moment(at),
        "kind": "instance",
        "instantiates": [f"{BULK}/CapabilityStatement/bulk-data"],
        "software": {"name": "Sereniv", "version": version},
        "implementation": {"description": "A clinic's record of ketamine infusion therapy", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": DOCUMENTATION,
                "security": {
                    "extension": [{"url": OAUTH, "extension": [{"url": "token", "valueUri": token}]}],
                    "service": [{"coding": [{"system": SECURITY, "code": "SMART-on-FHIR"}], "text": "SMART on FHIR"}],
                    "description": "SMART backend services: private_key_jwt with RS384 or ES384.",
                },
                "resource": [_resource(row) for row in ROWS],
                "interaction": [{"code": "transaction", "documentation": "Every entry creates, or none does."}],
                "operation": [{"name": "export", "definition": EXPORT_ALL}],
            }
        ],
    }


def _resource(row: Served) -> Element:
    acts = [
        "read",
        *(("vread", "history-instance") if row.is_versioned else ()),
        *(("search-type",) if row.is_searched else ()),
        *(("create",) if row.name in RECEIVED else ()),
    ]
    return kept(
        {
            "type": row.name,
            "documentation": row.says,
            "interaction": [{"code": each} for each in acts],
            "versioning": "versioned" if row.is_versioned else "no-version",
            "readHistory": row.is_versioned,
            "conditionalCreate": row.name in RECEIVED,
            "searchInclude": list(row.includes),
            "searchRevInclude": list(row.revincludes),
            "searchParam": [_param(each) for each in (*COMMON, *row.searched_by)] if row.is_searched else [],
            "operation": list(OF_PATIENT) if row.name == "Patient" else [],
        }
    )


def _param(param: Param) -> Element:
    return {"name": param.name, "type": str(param.kind)}
