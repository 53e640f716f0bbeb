;(() => {
  // Appended to the widget's script while a session is recorded: every callback goes to the page and to the recorder.
  const Modal = window.SmileLinkModal;
  const script = document.currentScript;
  if (!Modal || !script) return;
  const recorder = new URL("../../recorder/callbacks", script.src);
  const names = [
    "onAccountCreated", "onAccountConnected", "onAccountRemoved", "onAccountError", "onTokenExpired", "onClose",
    "onUploadsCreated", "onUploadsRemoved", "onUIEvent",
  ];
  let last = 0;
  const tell = (name, payload) => {
    // Never the same twice, and later on the next page, too.
    last = Math.max(last + 0.001, performance.timeOrigin + performance.now());
    const body = JSON.stringify({ name, payload, order: last });
    // A page that goes on to another one must not lose what it has just heard.
    fetch(recorder, { method: "POST", mode: "no-cors", keepalive: true, body }).catch(() => {});
  };
  window.SmileLinkModal = class SmileLinkModal extends Modal {
    constructor(options) {
      const heard = options && typeof options === "object" ? { ...options } : options;
      for (const name of heard === options ? [] : names) {
        const own = options[name];
        // What is no function is the widget's to complain about.
        if (own !== undefined && own !== null && typeof own !== "function") continue;
        heard[name] = (payload) => {
          tell(name, payload);
          return own?.(payload);
        };
      }
      super(heard);
    }
  };
})();
