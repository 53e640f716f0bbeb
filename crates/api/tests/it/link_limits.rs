//! How much one person may do at the widget, and that guessing comes to its end.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Answer, GEORGE, RYAN, Widget, World, on_both_databases};

on_both_databases!(
    a_person_has_few_attempts_at_a_time,
    a_session_has_so_many_attempts,
    new_logins_come_to_an_end,
    passwords_are_not_guessed_for_long,
    codes_are_not_guessed_for_long,
    revoking_between_guesses_makes_nothing_of_them_forgotten,
    a_stale_answer_is_none_to_the_next_attempt,
    a_reset_ends_the_streams_of_its_sessions,
);

/// How often somebody may be wrong.
const WRONG: usize = 10;

/// That the person has to wait, and for how many seconds.
#[track_caller]
fn waits(answer: &Answer, for_: &str) -> u64 {
    answer.refused("REQUEST_LIMIT_EXCEEDED");
    assert_eq!(answer.faults(), [for_], "{answer:?}");
    answer.header("retry-after").unwrap().parse().unwrap()
}

/// What becomes of a sign-in with that password.
async fn guess(widget: &Widget, provider: &str, login: &str, password: &str) -> (String, Value) {
    let started = widget.start_with(provider, login, password).await.data(201);
    let account = started["accountId"].as_str().unwrap().to_owned();
    let code = widget.until(&account, "FAILED").await["errorCode"].take();
    (account, code)
}

async fn a_person_has_few_attempts_at_a_time(world: World) {
    let user = world.user().await.id;
    let (one, two) = (world.widget_for(&user).await, world.widget_for(&user).await);
    let first = one.start("upwork", &GEORGE).await;
    two.start("upwork", &RYAN).await;
    let before = world.census().await;
    let refused = one.start_with("grab", GEORGE.email, GEORGE.password).await;
    assert_eq!(waits(&refused, "providerId"), 5);
    assert_eq!(world.census().await, before);
    world.widget().await.link("grab", &GEORGE).await;
    one.api.delete(&format!("/accounts/{first}")).await.done();
    one.link("grab", &GEORGE).await;
}

async fn a_session_has_so_many_attempts(world: World) {
    let widget = world.widget().await;
    for _ in 0..world.app.config().link_limits.per_session {
        widget.start("upwork", &GEORGE).await;
    }
    let before = world.census().await;
    let refused = widget.start_with("grab", GEORGE.email, GEORGE.password).await;
    assert!((4 * 3_600..=5 * 3_600).contains(&waits(&refused, "providerId")), "as long as the session");
    assert_eq!(world.census().await, before);
    let user = widget.session["userId"].as_str().unwrap();
    world.widget_for(user).await.link("grab", &GEORGE).await;
}

async fn new_logins_come_to_an_end(world: World) {
    let widget = world.widget().await;
    let most = usize::try_from(world.app.config().link_limits.new_accounts_a_day).unwrap();
    let providers = ["upwork", "grab", "abccorp"];
    for number in 0..most {
        // Whatever is taken back counts as well.
        let (account, _) =
            guess(&widget, providers[number % 3], &format!("{number}@example.com"), "wrong").await;
        if number % 2 == 0 {
            widget.api.delete(&format!("/accounts/{account}")).await.done();
        }
    }
    let user = widget.session["userId"].as_str().unwrap();
    let again = world.widget_for(user).await;
    let before = world.census().await;
    let refused = again.start_with("sss_ph", GEORGE.email, GEORGE.password).await;
    assert_eq!(waits(&refused, "credentials"), 24 * 3_600);
    assert_eq!(world.census().await, before);
    world.widget().await.link("sss_ph", &GEORGE).await;
    world.clock.advance(Duration::from_hours(25));
    world.widget_for(user).await.link("sss_ph", &GEORGE).await;
}

async fn passwords_are_not_guessed_for_long(world: World) {
    let widget = world.widget().await;
    for number in 1..WRONG {
        let (_, code) = guess(&widget, "upwork", GEORGE.email, &format!("wrong {number}")).await;
        assert_eq!(code, "INVALID_CREDENTIALS", "{number}");
    }
    let (account, code) = guess(&widget, "upwork", GEORGE.email, "wrong").await;
    assert_eq!(code, "ACCOUNT_LOCKED");
    let found = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(found["connection"]["errorCode"], "ACCOUNT_LOCKED");

    // From now on not even the right one is tried, in no session of the person, with no login there.
    let before = world.census().await;
    let user = widget.session["userId"].as_str().unwrap();
    let other = world.widget_for(user).await;
    for (widget, person) in [(&widget, &GEORGE), (&other, &GEORGE), (&other, &RYAN)] {
        let refused = widget.start_with("upwork", person.email, person.password).await;
        assert!((50..=60).contains(&waits(&refused, "credentials")));
    }
    assert_eq!(world.census().await, before);
    // Others are not concerned, nor is another provider.
    world.widget().await.link("upwork", &GEORGE).await;
    widget.link("grab", &GEORGE).await;

    // Each further one costs twice as long.
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(guess(&widget, "upwork", GEORGE.email, "wrong again").await.1, "ACCOUNT_LOCKED");
    let refused = widget.start_with("upwork", GEORGE.email, GEORGE.password).await;
    assert!((110..=120).contains(&waits(&refused, "credentials")));
    world.clock.advance(Duration::from_mins(2));
    assert_eq!(widget.link("upwork", &GEORGE).await, account, "and who waits is let in");
}

async fn codes_are_not_guessed_for_long(world: World) {
    let widget = world.widget().await;
    for number in 1..=WRONG {
        let account = widget.start("upwork", &GEORGE).await;
        let prompt = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"]["id"].take();
        widget.answer(&account, &prompt, &format!("{number:04}")).await.data(202);
        let code = widget.until(&account, "FAILED").await["errorCode"].take();
        assert_eq!(code, if number < WRONG { "INVALID_MFA" } else { "ACCOUNT_LOCKED" }, "{number}");
    }
    let refused = widget.start_with("upwork", GEORGE.email, GEORGE.password).await;
    waits(&refused, "credentials");
}

async fn revoking_between_guesses_makes_nothing_of_them_forgotten(world: World) {
    let widget = world.widget().await;
    for number in 1..=WRONG {
        let (account, code) = guess(&widget, "upwork", GEORGE.email, &format!("wrong {number}")).await;
        assert_eq!(code, if number < WRONG { "INVALID_CREDENTIALS" } else { "ACCOUNT_LOCKED" });
        widget.api.delete(&format!("/accounts/{account}")).await.done();
        // Nor do steps that only the widget tells push them aside.
        for _ in 0..60 {
            widget.api.post("/steps", &json!({ "step": "SEARCHED" })).await.taken();
        }
    }
    let refused = widget.start_with("upwork", GEORGE.email, GEORGE.password).await;
    waits(&refused, "credentials");
}

async fn a_stale_answer_is_none_to_the_next_attempt(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let stale = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"]["id"].take();
    assert_eq!(widget.start("upwork", &GEORGE).await, account);
    let prompt = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"]["id"].take();
    assert_ne!(stale, prompt);
    widget.answer(&account, &stale, "0000").await.faulty(&["promptId"]);
    widget.answer(&account, &prompt, GEORGE.code).await.data(202);
    widget.until(&account, "DONE").await;
}

async fn a_reset_ends_the_streams_of_its_sessions(world: World) {
    let (widget, other) = (world.widget().await, world.widget().await);
    let (account, another) = (widget.start("upwork", &GEORGE).await, other.start("upwork", &RYAN).await);
    other.until(&another, "WAITING_FOR_ANSWER").await;
    let mut stream = widget.follow(&account).await;
    while stream.next().await.unwrap()["stage"] != "WAITING_FOR_ANSWER" {}
    let user = widget.session["userId"].as_str().unwrap();
    world.api().post_empty(&format!("/users/{user}/resetSession")).await.done();
    assert_eq!(stream.rest().await, Vec::<Value>::new(), "it ends, and tells nothing more");
    widget.api.get(&format!("/accounts/{account}/progress")).await.refused("INVALID_TOKEN");
    // Another person's goes on.
    let prompt = other.progress(&another).await["prompt"]["id"].take();
    other.answer(&another, &prompt, RYAN.code).await.data(202);
    other.until(&another, "DONE").await;
}
