// Opens the widget with the options in the address (`?options={...}`) and keeps what it calls back in `window.calls`.
const platform = `http://localhost:${location.port}`;
window.calls = [];

const callbacks = {};
for (const name of [
  "onAccountCreated",
  "onAccountConnected",
  "onAccountRemoved",
  "onAccountError",
  "onTokenExpired",
  "onClose",
  "onUploadsCreated",
  "onUploadsRemoved",
  "onUIEvent",
]) {
  callbacks[name] = (payload) => {
    window.calls.push([name, payload]);
    console.log(name, JSON.stringify(payload));
  };
}

const script = document.createElement("script");
script.src = `${platform}/web/v2/smile.v2.js`;
script.onload = () => {
  const options = JSON.parse(new URLSearchParams(location.search).get("options") ?? "{}");
  document.getElementById("open").addEventListener("click", async () => {
    const userToken = options.userToken ?? (await (await fetch("/token")).text());
    window.modal = new window.SmileLinkModal({ ...options, userToken, ...callbacks });
    window.modal.open();
  });
  document.body.dataset.ready = "yes";
};
document.head.append(script);
