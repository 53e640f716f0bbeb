//! Scripts: what is asked, how it fails, what there is to read.

use sahod_model::{item::Item, link::PromptKind};

use super::*;
use crate::{DataSet, PersonName, ScenarioIdentity, Script, ScriptPrompt};

/// Every prompt and its right answer.
const ANSWERS: [(&str, PromptKind, &str); 8] = [
    ("sms", PromptKind::Code, "1234"),
    ("email", PromptKind::Code, "1234"),
    ("voice", PromptKind::Code, "1234"),
    ("authenticator", PromptKind::Authenticator, "123456"),
    ("question", PromptKind::Question, " Sahod "),
    ("approval", PromptKind::Approval, ""),
    ("captcha", PromptKind::Captcha, "sahod7"),
    ("redirect", PromptKind::Redirect, ""),
];

#[tokio::test]
async fn every_prompt_can_be_caused_at_any_provider() {
    let catalogue = catalogue();
    for (input, kind, answer) in ANSWERS {
        let person = Answering::with(&catalogue, Some(answer));
        let fields = || filled(george().email, &format!("prompt_{input}"));
        sign_in("grab", fields(), &person, now()).await.unwrap();
        let asked: Vec<_> =
            person.asked.lock().unwrap().iter().map(|prompt| prompt.question.kind()).collect();
        assert_eq!(asked, [kind], "{input}");

        if kind.is_answered_here() {
            let wrong = Answering::with(&catalogue, Some("wrong"));
            let refused = sign_in("grab", fields(), &wrong, now()).await.err().unwrap();
            assert_eq!(refused.code(), AccountErrorCode::InvalidMfa, "{input}");
            let silent = Answering::with(&catalogue, None);
            let late = sign_in("grab", fields(), &silent, now()).await.err().unwrap();
            assert_eq!(late.code(), AccountErrorCode::MfaTimeout, "{input}");
        }
    }
}

/// A person who says one thing after the other.
struct OneByOne(Mutex<Vec<Option<&'static str>>>, Mutex<Vec<PromptRequest>>);

#[async_trait]
impl Person for OneByOne {
    async fn ask(&self, prompt: PromptRequest) -> Result<PromptReply, AccountErrorCode> {
        self.1.lock().unwrap().push(prompt);
        Ok(match self.0.lock().unwrap().remove(0) {
            Some(answer) => PromptReply::Answer(answer.to_owned().into()),
            None => PromptReply::Resend,
        })
    }

    async fn wait(
        &self,
        _: PromptRequest,
        elsewhere: BoxFuture<'_, Result<(), AccountErrorCode>>,
    ) -> Result<(), AccountErrorCode> {
        elsewhere.await
    }
}

async fn say(
    password: &str,
    replies: &[Option<&'static str>],
) -> (Option<AccountErrorCode>, Vec<PromptRequest>) {
    let catalogue = catalogue();
    let upwork = provider(&catalogue, "upwork");
    let connector = catalogue.connector_for(Mode::Sandbox, &upwork.id).unwrap();
    let person = OneByOne(Mutex::new(replies.to_vec()), Mutex::default());
    let login = SignIn {
        provider: upwork,
        fields: filled(george().email, password),
        now: now(),
        random: &SeededRandom::new(1),
        return_url: RETURN_URL,
    };
    let code = connector.sign_in(login, &person).await.err().map(|error| error.code());
    (code, person.1.into_inner().unwrap())
}

#[tokio::test]
async fn the_chosen_channel_is_used_and_prompts_follow_each_other() {
    let (code, asked) =
        say("prompt_choice+prompt_authenticator", &[Some("email"), Some("1234"), Some("123456")]).await;
    assert_eq!(code, None);
    let kinds: Vec<_> = asked.iter().map(|prompt| prompt.question.kind()).collect();
    assert_eq!(kinds, [PromptKind::Choice, PromptKind::Code, PromptKind::Authenticator]);
    let by_mail = serde_json::to_value(&asked[1].question).unwrap();
    assert_eq!((&by_mail["channel"], &by_mail["sentTo"]), (&"EMAIL".into(), &"g•••@smileapi.io".into()));
    let (code, _) = say("prompt_choice", &[Some("pigeon")]).await;
    assert_eq!(code, Some(AccountErrorCode::InvalidMfa));
}

#[tokio::test]
async fn what_is_sent_again_can_be_answered() {
    let (code, asked) = say("123456", &[None, None, Some("1234")]).await;
    assert_eq!((code, asked.len()), (None, 3));
    let (code, asked) = say("prompt_captcha", &[None, Some("sweldo")]).await;
    assert_eq!((code, asked.len()), (None, 2));
    assert_ne!(asked[0].question, asked[1].question, "another picture");
    let (code, asked) = say("prompt_sms", &[None, None, None, None, None, Some("1234")]).await;
    assert_eq!(code, None);
    assert!(asked[4].resend_after.is_some() && asked[5].resend_after.is_none(), "five times at most");
}

#[tokio::test]
async fn every_failure_can_be_caused_also_after_a_prompt() {
    let catalogue = catalogue();
    for code in AccountErrorCode::ALL {
        for (input, prompts) in [("", 0), ("prompt_sms+", 1)] {
            let person = Answering::with(&catalogue, Some("1234"));
            let password = format!("{input}error_{}", code.as_str().to_lowercase());
            let failed = sign_in("grab", filled(george().email, &password), &person, now()).await;
            assert_eq!(failed.err().unwrap().code(), *code);
            assert_eq!(person.asked.lock().unwrap().len(), prompts);
        }
    }
}

#[tokio::test]
async fn accounts_are_empty_partial_or_huge() {
    let catalogue = catalogue();
    let person = Answering::with(&catalogue, Some("1234"));
    let session =
        async |input: &str| sign_in("upwork", filled(george().email, input), &person, now()).await.unwrap();

    let mut usual = session("prompt_none").await;
    let usual = usual.read(Datapoint::Transactions).await.unwrap().len();
    let mut huge = session("data_huge").await;
    let items = huge.read(Datapoint::Transactions).await.unwrap();
    let keys: std::collections::BTreeSet<_> = items.iter().map(|item| &item.key).collect();
    assert_eq!((items.len(), keys.len()), (usual + 20_000, usual + 20_000));

    let mut empty = session("data_empty").await;
    assert_eq!(empty.read(Datapoint::Identities).await.unwrap().len(), 1);
    assert_eq!(empty.read(Datapoint::Transactions).await.unwrap().len(), 0);
    assert_eq!(empty.read(Datapoint::Ratings).await.unwrap().len(), 0);

    let mut partial = session("data_partial").await;
    assert_eq!(partial.read(Datapoint::Identities).await.unwrap().len(), 1);
    let cut_off = partial.read(Datapoint::Transactions).await.unwrap_err();
    assert_eq!(cut_off.code(), AccountErrorCode::ServiceUnavailable);
}

#[tokio::test]
async fn a_tenants_own_person_has_a_name_of_their_own() {
    let catalogue = catalogue();
    let person = Answering::with(&catalogue, Some("123456"));
    let identity = ScenarioIdentity {
        full_name: Some("Maria Santos".to_owned()),
        email: Some("maria@example.com".to_owned()),
        ..ScenarioIdentity::default()
    };
    let script =
        Script { prompts: Some(vec![ScriptPrompt::Authenticator]), data: DataSet::Full, ..Script::default() };
    let scenario = Scenario { person: PersonName::Ryan, identity, script };
    let fields = filled("maria", "whatever");
    let mut session = sign_in_as("upwork", fields, Some(scenario), &person, now()).await.unwrap();
    let items = session.read(Datapoint::Identities).await.unwrap();
    let Item::Identity(found) = &items[0].item else { panic!("no identity") };
    assert_eq!((found.full_name.as_str(), found.first_name.as_deref()), ("Maria Santos", None));
    assert_eq!(found.emails[0].address.as_deref(), Some("maria@example.com"));
    assert_eq!(found.phones[0].number.as_deref(), Some(test_people()[1].mobile));
}

#[tokio::test]
async fn a_kept_session_reads_what_has_come_since_and_nothing_else() {
    let catalogue = catalogue();
    let person = Answering::with(&catalogue, Some("1234"));
    let upwork = provider(&catalogue, "upwork");
    let connector = catalogue.connector_for(Mode::Sandbox, &upwork.id).unwrap();
    let mut first =
        sign_in("upwork", filled(george().email, george().password), &person, now()).await.unwrap();
    let before = first.read(Datapoint::Transactions).await.unwrap();
    let kept = first.keep().unwrap();
    assert!(!kept.expose_secret().contains(george().password));

    let later = now().plus(std::time::Duration::from_hours(24 * 40));
    let mut second = connector.resume(upwork, kept, later).await.unwrap();
    let after = second.read(Datapoint::Transactions).await.unwrap();
    assert!(after.len() > before.len());
    assert!(before.iter().all(|item| after.contains(item)), "what was there stays as it was");
    assert_eq!(person.asked.lock().unwrap().len(), 1, "nobody was asked again");
    assert!(second.keep().is_some());

    let odd = sign_in("upwork", filled(george().email, "sync_AUTH_REQUIRED"), &person, now()).await.unwrap();
    let refused = connector.resume(upwork, odd.keep().unwrap(), later).await.err().unwrap();
    assert_eq!(refused.code(), AccountErrorCode::AuthRequired);
    let unread = connector.resume(upwork, "not ours".to_owned().into(), later).await.err().unwrap();
    assert_eq!(unread.code(), AccountErrorCode::AuthRequired);
    let once =
        sign_in("singpass_sg", filled(george().email, george().password), &person, now()).await.unwrap();
    assert!(once.keep().is_none(), "not every provider allows it");
}
