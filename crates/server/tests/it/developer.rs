//! The commands for whoever develops against a running server.

use sahod_model::EventType;

use crate::harness::{Engine, Installation, Receiver, Sahod, widget::text};

/// A sandbox that runs, and what says so to the commands.
async fn sandbox() -> (Installation, Sahod, [String; 6]) {
    let installation = Installation::new(Engine::Sqlite).await;
    let sahod = installation.dev().await;
    let arguments = [("--api", "sandboxUrl"), ("--key", "apiKey"), ("--secret", "apiSecret")]
        .map(|(name, ready)| [name.to_owned(), text(&sahod.ready[ready])]);
    let arguments = arguments.concat().try_into().unwrap();
    (installation, sahod, arguments)
}

fn command<'a>(name: &'a str, server: &'a [String; 6], more: &[&'a str]) -> Vec<&'a str> {
    let server = server.iter().map(String::as_str);
    [name].into_iter().chain(server).chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn events_are_printed_and_forwarded_as_they_happen() {
    let (installation, sahod, server) = sandbox().await;
    let receiver = Receiver::start().await;
    let (hooks, full) = (receiver.at("/hooks"), receiver.at("/full"));
    let more = ["--forward-to", &hooks, "--signed-with", "a secret", "--types", "USER_CREATED,task_finished"];
    let mut listening = Sahod::spawn(installation.command(&command("listen", &server, &more)));
    let mut refused =
        Sahod::spawn(installation.command(&command("listen", &server, &["--forward-to", &full])));
    for listening in [&mut listening, &mut refused] {
        listening.printed("waiting for events after number 0").await;
    }
    refused.printed("events are signed with the secret whsec_").await;

    let ended = installation.run(&command("trigger", &server, &["TASK_FINISHED"])).await;
    assert!(ended.status.success(), "{ended:?}");
    receiver.wait("both events", |got| got.len() == 2).await;
    let bodies = receiver.bodies();
    let types: Vec<_> = bodies.iter().map(|body| text(&body["type"])).collect();
    assert_eq!(types, ["USER_CREATED", "TASK_FINISHED"]);
    for (body, event_type) in bodies.iter().zip(&types) {
        let line = listening.printed(event_type).await;
        assert!(line.contains(&text(&body["id"])) && line.contains("→ 200 in "), "{line}");
        assert!(ended.stdout.contains(event_type), "{}", ended.stdout);
    }
    let line = refused.printed("ACCOUNT_CREATED").await;
    assert!(line.ends_with("→ answered 503"), "{line}");

    // From the start, with what the server forgot meanwhile to say.
    let again = ["--after", "0", "--types", "ACCOUNT_CONNECTED"];
    let mut again = Sahod::spawn(installation.command(&command("listen", &server, &again)));
    again.printed("ACCOUNT_CONNECTED").await;
    sahod.kill().await;
    again.printed("trying again in 1 s").await;
}

#[tokio::test]
async fn every_event_that_can_be_caused_is() {
    let (installation, _sahod, server) = sandbox().await;
    let mut caused = 0;
    for event_type in EventType::ALL {
        let name = event_type.as_str();
        let ended = installation.run(&command("trigger", &server, &[name])).await;
        if ended.status.success() {
            let last = ended.stdout.lines().last().unwrap_or_default();
            assert!(last.contains(name), "{ended:?}");
            caused += 1;
        } else {
            let why = match name {
                "LINK_ADDED" => "tenants that share links",
                "ACCOUNT_SYNC_TASK_FINISHED" => "sahod clock advance",
                _ => "cannot be caused at will",
            };
            assert!(ended.stderr.contains(why), "{ended:?}");
        }
    }
    assert_eq!(caused, 25);
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let (installation, sahod, server) = sandbox().await;
    let ended = installation.run(&command("trigger", &server, &["NOTHING"])).await;
    assert!(ended.stderr.contains("NOTHING is not an event type"), "{ended:?}");
    let mut wrong = server.clone();
    "wrong".clone_into(&mut wrong[5]);
    for name in ["trigger", "listen"] {
        let more: &[&str] = if name == "trigger" { &["USER_CREATED"] } else { &[] };
        let ended = installation.run(&command(name, &wrong, more)).await;
        assert!(!ended.status.success() && ended.stderr.contains("answered 400"), "{ended:?}");
        assert!(!ended.stderr.contains("wrong"), "{ended:?}");
    }
    sahod.kill().await;
    let ended = installation.run(&command("trigger", &server, &["USER_CREATED"])).await;
    assert!(ended.stderr.contains("refused connection"), "{ended:?}");
}
