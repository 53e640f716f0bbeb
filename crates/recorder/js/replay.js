(() => {
  // Stands in for the widget's script while a session is served again: opening the modal plays what the person did.
  const script = document.currentScript;
  if (!script) return;
  const widget = new URL("../../replay/widget", script.src);
  window.SmileLinkModal = class SmileLinkModal {
    #options;
    #isOpen = false;

    constructor(options) {
      this.#options = options ?? {};
    }

    async open() {
      if (this.#isOpen) return;
      this.#isOpen = true;
      try {
        const answer = await fetch(widget, { method: "POST" });
        const played = await answer.json();
        if (!answer.ok) throw new Error(played.message);
        for (const { name, payload } of played.callbacks) {
          if (!this.#isOpen) return;
          if (name === "onClose") this.#isOpen = false;
          this.#call(name, payload);
        }
      } catch (error) {
        console.error("SmileLinkModal (replay):", error);
        if (this.#isOpen) this.#call("onClose", { reason: "error" });
      }
      this.#isOpen = false;
    }

    close() {
      this.#isOpen = false;
    }

    #call(name, payload) {
      try {
        this.#options[name]?.(payload);
      } catch (error) {
        console.error(`SmileLinkModal: ${name} failed.`, error);
      }
    }
  };
})();
