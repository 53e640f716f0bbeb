import "../../shared/base.css";
import "./layout.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { connectToHost } from "./host";
import Standalone from "./screens/Standalone.svelte";
import { Widget } from "./state/widget.svelte";
import { t } from "./strings";

async function run(): Promise<void> {
  document.title = t("app.title");
  if (window.parent === window) {
    mount(Standalone, { target: document.body });
    return;
  }
  const widget = new Widget(await connectToHost(window.parent));
  mount(App, { target: document.body, props: { widget } });
  await widget.start();
}

void run();
