// Shows the word that was pushed to this device: a chair and "prompt" or "HELP", nothing about a patient.
self.addEventListener("push", (event) => {
  const { subject, id } = event.data?.json() ?? { subject: "Sereniv: look at the board", id: "" };
  event.waitUntil(
    self.registration.showNotification(subject, {
      body: "Open Sereniv, or go there.",
      tag: id || subject,
      requireInteraction: true,
      vibrate: [200, 100, 200, 100, 400],
    }),
  );
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
