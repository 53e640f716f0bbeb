//! A running `sahod`.

use std::{process::ExitStatus, sync::OnceLock};

use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, ChildStdin, Command},
    sync::watch,
};

use super::{
    Api, http, soon,
    widget::{Widget, text},
};

/// What a pipe has brought so far.
#[derive(Clone, Debug)]
pub(crate) struct Output(watch::Receiver<Vec<u8>>);

impl Output {
    fn of(mut pipe: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let (sender, receiver) = watch::channel(Vec::new());
        tokio::spawn(async move {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(1..) = pipe.read(&mut buffer).await.inspect(|length| {
                sender.send_modify(|all| all.extend_from_slice(&buffer[..*length]));
            }) {}
        });
        Self(receiver)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }

    /// The first whole line that holds `what`; `None` when the output ends without one.
    async fn line(&mut self, what: &str) -> Option<String> {
        let find = |all: &[u8]| {
            let end = all.iter().rposition(|byte| *byte == b'\n')?;
            let text = String::from_utf8_lossy(&all[..end]);
            text.lines().find(|line| line.contains(what)).map(ToOwned::to_owned)
        };
        let found = self.0.wait_for(|all| find(all).is_some()).await.ok().and_then(|all| find(&all));
        found.or_else(|| find(&self.0.borrow()))
    }

    /// Everything, once the pipe is closed.
    async fn all(mut self) -> String {
        while self.0.changed().await.is_ok() {}
        self.text()
    }
}

/// A process that ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A process that runs; killed when dropped.
pub(crate) struct Sahod {
    child: Child,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
    /// The JSON line of `dev --json`.
    pub(crate) ready: Value,
    client: OnceLock<reqwest::Client>,
}

impl Sahod {
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.kill_on_drop(true).spawn().expect("the built program starts");
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (stdout, stderr) = (Output::of(stdout), Output::of(stderr));
        Self { child, stdout, stderr, ready: Value::Null, client: OnceLock::new() }
    }

    /// Waits for the JSON line of `dev --json`.
    pub(crate) async fn until_ready(mut self) -> Self {
        let line = soon("the line that says ready", self.stdout.line("{")).await;
        let line = line.unwrap_or_else(|| panic!("it ended: {}", self.stderr.text()));
        self.ready = serde_json::from_str(&line).unwrap();
        self
    }

    /// Waits for a line of the log.
    pub(crate) async fn logged(&mut self, what: &str) -> String {
        let line = soon(what, self.stderr.line(what)).await;
        line.unwrap_or_else(|| panic!("it ended without {what:?}: {}", self.stderr.text()))
    }

    /// Waits for a line that it prints.
    pub(crate) async fn printed(&mut self, what: &str) -> String {
        let line = soon(what, self.stdout.line(what)).await;
        line.unwrap_or_else(|| panic!("it ended without {what:?}: {}", self.stderr.text()))
    }

    /// Its standard input, which closes when this is dropped.
    pub(crate) fn input(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("it is a pipe, and nobody has taken it")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(|| http::client(None))
    }

    /// One of the addresses of the JSON line, with nobody in particular calling it.
    pub(crate) fn at(&self, url: &str) -> Api {
        Api::new(self.client(), self.ready[url].as_str().unwrap())
    }

    /// Host and port of the surfaces.
    pub(crate) fn address(&self) -> String {
        let url = reqwest::Url::parse(self.ready["sandboxUrl"].as_str().unwrap()).unwrap();
        format!("127.0.0.1:{}", url.port().unwrap())
    }

    /// The Open API in sandbox mode.
    pub(crate) fn open(&self) -> Api {
        self.open_with(&self.ready)
    }

    /// The same with the key pair that another start printed.
    pub(crate) fn open_with(&self, keys: &Value) -> Api {
        self.at("sandboxUrl").basic(&text(&keys["apiKey"]), &text(&keys["apiSecret"]))
    }

    /// A widget for a new user.
    pub(crate) async fn widget(&self) -> Widget {
        let made = self.open().post_empty("/users").await.unwrap().data(201);
        Widget::open(&self.at("linkSandboxUrl"), &text(&made["token"]["accessToken"])).await.unwrap()
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) -> Ended {
        self.child.start_kill().unwrap();
        self.end().await
    }

    /// Sends SIGTERM.
    pub(crate) async fn tell_to_stop(&self) {
        self.signal("TERM").await;
    }

    /// Sends that signal.
    pub(crate) async fn signal(&self, name: &str) {
        let script = format!("kill -{name} {}", self.pid());
        assert!(Command::new("sh").args(["-c", &script]).status().await.unwrap().success());
    }

    /// SIGTERM, and the end.
    pub(crate) async fn stop(self) -> Ended {
        self.tell_to_stop().await;
        self.end().await
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> Ended {
        let status = soon("the end of the process", self.child.wait()).await.unwrap();
        Ended { status, stdout: self.stdout.all().await, stderr: self.stderr.all().await }
    }
}
