import "../../shared/base.css";
import "./layout.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { connectToHost, isTokenOfPage } from "./host";
import Standalone from "./screens/Standalone.svelte";
import { Widget } from "./state/widget.svelte";
import { chooseLanguage } from "./strings/languages";
import { speak } from "./strings/speak";

async function run(): Promise<void> {
  const speaking = speak(chooseLanguage(null, navigator.languages));
  if (window.parent === window) {
    await speaking;
    mount(Standalone, { target: document.body });
    return;
  }
  const [host] = await Promise.all([connectToHost(window.parent), speaking]);
  if (!isTokenOfPage(host)) {
    console.error("Wink: the page handed in another token than the one that it opened the widget for.");
    mount(Standalone, { target: document.body });
    return;
  }
  const widget = new Widget(host);
  mount(App, { target: document.body, props: { widget } });
  await widget.start();
}

void run();
