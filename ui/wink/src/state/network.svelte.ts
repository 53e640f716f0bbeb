/** What the browser knows of the network, and of a person who comes back to the page. */
export class Network {
  online = $state(navigator.onLine);

  /** `onWake`: the person looks at the page again, or the network is back. `onBack`: the network is. */
  constructor(onWake: () => void, onBack: () => void) {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") onWake();
    });
    addEventListener("online", () => {
      this.online = true;
      onWake();
      onBack();
    });
    addEventListener("offline", () => {
      this.online = false;
    });
  }
}
