//! What is there before the first call, and what happens behind the calls.

use std::time::Duration;

use sahod_model::{
    AccountId, Amount, Currency, Date, Mode, Month,
    item::{Contribution, Document, Eincome, Employment, Income, Item, SourceItem, SourceRef, SourceType},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    archives,
    harness::{GEORGE, PATIENCE, Receiver, Widget, World, world::NewUser},
    invite_templates::invite_template,
};

/// What calls name in braces.
pub(super) type Names = Vec<(&'static str, String)>;

/// George, with every kind of data, and an invitation of his that he took up and took back.
/// `shown` is the receiver of the one webhook that calls show.
pub(super) async fn set(world: &World, receiver: &Receiver, shown: &Receiver) -> Names {
    world.share_links().await;
    let other = NewUser::make(&world.open(&world.globex)).await;
    Widget::open(&world.stranger("link-sandbox"), &other.token).await.link("abccorp", &GEORGE).await;

    let api = world.api();
    let hook = shown.subscribe(&api, &["USER_SESSION_COMPLETED"]).await;
    let template = api.post("/inviteTemplates", &invite_template()).await.data(201)["id"].take();
    let invite = api.post("/invites", &invite(&template)).await.data(201);
    let invited = world.widget_for(invite["userId"].as_str().unwrap()).await;
    let failed = invited.start_with("grab", GEORGE.email, "wrong").await.data(201);
    invited.until(failed["accountId"].as_str().unwrap(), "FAILED").await;
    let account = invited.link("upwork", &GEORGE).await;
    // What is sent from now on has nothing of the account any more.
    receiver.wait_for("USER_SESSION_COMPLETED").await;
    invited.api.delete(&format!("/accounts/{account}")).await.done();

    let widget = world.widget().await;
    let gig = widget.link("upwork", &GEORGE).await;
    let scheme = widget.link("sss_ph", &GEORGE).await;
    let account = widget.link("abccorp", &GEORGE).await;
    let user = widget.session["userId"].as_str().unwrap();
    let mut unreadable = archives::payslip(user, archives::GEORGES);
    unreadable["fileType"] = json!("TAX_DOCUMENT");
    archives::handed_over(&api, "/archives", &unreadable).await;
    let archive = archives::handed_over(&api, "/archives", &archives::payslip(user, archives::GEORGES)).await;
    let event = attempts(world, &hook, 2).await[0]["eventId"].take();
    // The last attempt to bring it anywhere is one of this webhook.
    api.post(&format!("/webhooks/{hook}/replay"), &json!({ "eventId": event })).await.data(200);
    attempts(world, &hook, 3).await;
    vec![
        ("event", event.as_str().unwrap().to_owned()),
        ("hook", hook),
        ("archive", archive["id"].as_str().unwrap().to_owned()),
        ("user", widget.session["userId"].as_str().unwrap().to_owned()),
        ("account", account),
        ("gig", gig),
        ("scheme", scheme),
        ("template", template.as_str().unwrap().to_owned()),
    ]
}

/// The attempts to bring events to a webhook, once there are so many.
async fn attempts(world: &World, hook: &str, count: usize) -> Vec<Value> {
    let wait = async {
        loop {
            let attempts = world.api().all(&format!("/webhooks/{hook}/attempts"), 10).await;
            if attempts.len() == count {
                return attempts;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("attempts")
}

/// What invites George.
pub(super) fn invite(template: &Value) -> Value {
    json!({
        "fullName": "George Palomero", "firstName": "George", "lastName": "Palomero", "email": GEORGE.email,
        "templateId": template,
    })
}

/// Two months later one account is read again by itself and one with the person, and some of both has changed.
pub(super) async fn go_on(world: &World, names: &Names, receiver: &Receiver) {
    let find = |wanted: &str| names.iter().find(|(name, _)| *name == wanted).unwrap().1.clone();
    let (user, account, scheme) = (find("user"), find("account"), find("scheme"));
    // What the sandbox says of the past does not change, so what was read of it was something else.
    let paper = Document {
        name: "Company ID".to_owned(),
        doc_id: None,
        status: None,
        document_type: None,
        issue_date: None,
        expiry_date: None,
        file_url: None,
        remarks: None,
    };
    was(world, &user, &account, "cid", Item::Document(paper)).await;
    was(world, &user, &account, "employment-2", Item::Employment(job())).await;
    was(world, &user, &account, "2026-09-1", Item::Income(payslip())).await;
    was(world, &user, &account, "einc:PHP:2026-09", Item::Eincome(estimate())).await;
    was(world, &user, &scheme, "2026-09", Item::Contribution(contribution())).await;
    world.two_months_later(&[&account]).await;
    receiver.wait_for("ACCOUNT_SYNC_TASK_FINISHED").await;
    world.widget_for(&user).await.link("abccorp", &GEORGE).await;
    let gone = Receiver::answering(&[410]).await;
    gone.subscribe(&world.api(), &["USER_CREATED"]).await;
    world.user().await;
}

/// Has the store believe that the source said something else of an item when it was last read.
async fn was(world: &World, user: &str, account: &str, key: &str, item: Item) {
    let id: AccountId = account.parse().unwrap();
    let source = SourceRef {
        source_id: (&id).into(),
        source_type: SourceType::Account,
        user_id: user.parse().unwrap(),
        // Only what is announced names it, and this is not.
        provider_id: "abccorp".parse().unwrap(),
    };
    let item = SourceItem { key: key.to_owned(), created_at: Date::from_days(20_000).start(), item };
    let scope = world.store.scope(&world.acme.id, Mode::Sandbox).await.unwrap().unwrap();
    let data_key = world.store.key(account).await.unwrap().unwrap();
    let mut tx = world.store.begin().await.unwrap();
    let now = sahod_model::Clock::now(&*world.clock);
    tx.scoped(&scope).upsert_items(&source, &data_key, vec![item], now).await.unwrap();
    tx.commit().await.unwrap();
}

fn september() -> Month {
    Month::new(2026, 9).unwrap()
}

fn payslip() -> Income {
    Income {
        work_item: None,
        employer: None,
        start_date: september().first_day(),
        end_date: None,
        currency: Currency::Php,
        frequency: None,
        base_amount: None,
        gross_amount: None,
        net_amount: None,
    }
}

fn estimate() -> Eincome {
    Eincome { month: september(), currency: Currency::Php, base_amount: None, amount: None }
}

fn contribution() -> Contribution {
    Contribution {
        date: september().last_day(),
        currency: Currency::Php,
        amount: Amount::from_cents(1),
        reference_id: None,
    }
}

fn job() -> Employment {
    Employment {
        name: None,
        description: None,
        job_title: None,
        department: None,
        employee_number: None,
        employer_number: None,
        employer: None,
        status: None,
        start_date: Date::from_days(20_000),
        end_date: None,
        reported_date: None,
    }
}
