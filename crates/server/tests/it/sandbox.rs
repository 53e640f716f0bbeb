//! `sahod sandbox`: what it prints, what ends it, and that nothing is left of it.

use std::{path::Path, process::Stdio};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::Command,
};

use crate::harness::{
    Installation, PROVIDER, Receiver, Sahod, installation::files, poll, process::Ended, soon, widget::text,
};

/// A command of the program, with a folder of its own for what it does not keep.
pub(crate) fn command(place: &Path, arguments: &[&str]) -> Command {
    let mut command = Installation::empty().command(arguments);
    command.env("TMPDIR", place).current_dir(place).stdin(Stdio::piped());
    command
}

/// A sandbox that is ready, and its standard input.
pub(crate) async fn start(place: &Path, arguments: &[&str]) -> Sahod {
    Sahod::spawn(command(place, arguments)).until_ready().await
}

fn clean(ended: &Ended) {
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!((ended.stdout.lines().count(), ended.stderr.as_str()), (1, ""), "{ended:?}");
}

#[tokio::test]
async fn it_has_everything_that_a_test_suite_needs_and_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    // What would matter to a server does not matter to it.
    let mut environment = command(place.path(), &["sandbox"]);
    environment.env("SAHOD_STORAGE__DATABASE_URL", "sqlite:elsewhere.db").env("SAHOD_NOTHING", "1");
    let sahod = Sahod::spawn(environment).until_ready().await;
    let other = start(place.path(), &["sandbox"]).await;
    assert_ne!(sahod.ready["url"], other.ready["url"]);
    assert_ne!(sahod.ready["apiSecret"], other.ready["apiSecret"]);
    assert!(!files(place.path()).is_empty(), "there is something to leave");

    let receiver = Receiver::start().await;
    let webhook = receiver.webhook("/hooks", sahod.ready["webhookSecret"].as_str().unwrap());
    assert_eq!(sahod.open().post("/webhooks", &webhook).await.unwrap().status, 200);
    sahod.widget().await.link_george(PROVIDER).await.unwrap();
    let finished = |got: &Vec<serde_json::Value>| got.iter().any(|body| body["type"] == "TASK_FINISHED");
    receiver.wait("the end of the reading", finished).await;
    assert!(!sahod.open().items("/transactions").await.is_empty());
    for (url, path, content) in
        [("webUrl", "/v2/smile.v2.js", "SmileLinkModal"), ("docsUrl", "/testing", "sahod sandbox")]
    {
        let page = sahod.at(url).get(path).await.unwrap();
        assert!(page.status == 200 && page.text.contains(content), "{url}{path}: {}", page.status);
    }
    let stranger = sahod.open_with(&other.ready);
    assert_eq!(stranger.get("/users").await.unwrap().status, 400, "each has its own keys");

    clean(&sahod.stop().await);
    clean(&other.stop().await);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left");
}

#[tokio::test]
async fn it_ends_when_its_input_closes_and_not_before() {
    let place = tempfile::tempdir().unwrap();
    let mut sahod = start(place.path(), &["sandbox"]).await;
    let mut input = sahod.input();
    input.write_all(b"whatever\n").await.unwrap();
    assert_eq!(sahod.open().get("/users").await.unwrap().status, 200);
    drop(input);
    clean(&sahod.end().await);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_input_that_nobody_holds_is_said() {
    let place = tempfile::tempdir().unwrap();
    let mut sahod = Sahod::spawn(command(place.path(), &["sandbox"]));
    drop(sahod.input());
    let ended = sahod.end().await;
    assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("--keep"), "{ended:?}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn it_ends_with_a_shell_that_started_it_and_can_be_told_to_stay() {
    let place = tempfile::tempdir().unwrap();
    let mut pids = Vec::new();
    for (more, stays) in [("", false), (" --keep", true)] {
        // Its input is `/dev/null` here, as always behind an `&`, and the shell ends once it is ready.
        let mut shell = Command::new("sh");
        let script = format!("\"$0\" sandbox{more} & echo $!; read -r end");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_sahod")]).env("TMPDIR", place.path());
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut shell = shell.spawn().unwrap();
        let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        let pid = soon("the pid", lines.next_line()).await.unwrap().unwrap();
        let ready = soon("the line that says ready", lines.next_line()).await.unwrap().unwrap();
        assert!(ready.contains("apiSecret"), "{ready}");
        drop(shell.stdin.take());
        assert!(soon("the end of the shell", shell.wait()).await.is_ok());
        if stays {
            pids.push(pid);
        } else {
            // Nothing writes any more once both have ended.
            assert_eq!(soon("the end of the sandbox", lines.next_line()).await.unwrap(), None);
        }
    }
    for pid in pids {
        let killed = Command::new("kill").args(["-KILL", &pid]).status().await.unwrap();
        assert!(killed.success(), "it has stayed");
    }
    // What was killed cannot tidy up; the next one does it.
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
    poll("the end of what was killed", async || {
        let next = start(place.path(), &["sandbox"]).await;
        clean(&next.stop().await);
        (std::fs::read_dir(place.path()).unwrap().count() == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_port_can_be_chosen_and_one_in_use_is_said() {
    let place = tempfile::tempdir().unwrap();
    let first = start(place.path(), &["sandbox"]).await;
    let port = first.address().rsplit_once(':').unwrap().1.to_owned();
    let ended = Sahod::spawn(command(place.path(), &["sandbox", "--port", &port])).end().await;
    assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("in use") && ended.stderr.lines().count() == 1, "{ended:?}");
    clean(&first.stop().await);
    let again = start(place.path(), &["sandbox", "--port", &port]).await;
    assert_eq!(text(&again.ready["url"]), format!("http://127.0.0.1:{port}"));
    clean(&again.stop().await);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

/// Runs an example of the docs in front of the built program; `false` when its language is not at hand.
async fn runs(program: &str, arguments: &[&str], recording: Option<&Path>) -> bool {
    let place = tempfile::tempdir().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/testing");
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("TMPDIR", place.path()).kill_on_drop(true);
    command.env("SANDBOX_PROGRAM", env!("CARGO_BIN_EXE_sahod")).env("PYTHONDONTWRITEBYTECODE", "1");
    if let Some(recording) = recording {
        command.env("SANDBOX_RECORDING", recording);
    }
    let Ok(child) = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() else {
        eprintln!("{program} is not at hand");
        return false;
    };
    let output = soon("the end of the example", child.wait_with_output()).await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    true
}

#[tokio::test]
async fn the_example_in_node() {
    runs("node", &["--test", "sandbox.test.mjs"], None).await;
}

#[tokio::test]
async fn the_example_in_python() {
    runs("python3", &["-B", "-m", "unittest", "test_sandbox.py"], None).await;
}

/// The same suites, in front of what was recorded of such a session.
#[tokio::test]
async fn the_examples_run_on_a_recording_too() {
    let place = tempfile::tempdir().unwrap();
    let recording = place.path().join("session.jsonl");
    let arguments = ["sandbox", "--record", recording.to_str().unwrap()];
    let sahod = start(place.path(), &arguments).await;
    let receiver = Receiver::start().await;
    let mut webhook = receiver.webhook("/hooks", "a secret for the hooks");
    webhook["eventTypes"] = json!(["USER_CREATED"]);
    sahod.open().post("/webhooks", &webhook).await.unwrap().data(200);
    let body = json!({ "externalMetadata": { "applicant": "A-1001" } });
    let user = text(&sahod.open().post("/users", &body).await.unwrap().data(201)["user"]["id"]);
    receiver.wait("the event", |got| got.len() == 1).await;
    sahod.open().data(&format!("/accounts?userId={user}")).await;
    assert_eq!(sahod.open().get("/accounts?size=0").await.unwrap().status, 400);
    clean(&sahod.stop().await);

    runs("node", &["--test", "sandbox.test.mjs"], Some(&recording)).await;
    runs("python3", &["-B", "-m", "unittest", "test_sandbox.py"], Some(&recording)).await;
}
