//! Whom the sandbox lets in, and how.

use std::time::Duration;

use sahod_model::link::{PromptChannel, Question};

use super::*;
use crate::Sleeper;

async fn code_of(
    id: &str,
    login: &str,
    password: &str,
    code: Option<&'static str>,
) -> Option<AccountErrorCode> {
    let catalogue = catalogue();
    let answers = Answering::with(&catalogue, code);
    let result = sign_in(id, filled(login, password), &answers, now()).await;
    result.err().map(|error| error.code())
}

#[tokio::test]
async fn every_person_gets_in_by_every_name_that_a_provider_takes() {
    let table = [
        ("abccorp", "gpalomero1234@smileapi.io"),
        ("abccorp", " GPalomero1234@SMILEAPI.io"),
        ("abccorp", "+639559991234"),
        ("abccorp", "(+63) 955-999 1234"),
        ("abccorp", "emp-123456"),
        ("cdecorp", "CDE-98765"),
        ("cdecorp", "EMP-123456"),
        ("upwork", "gpalomero1234"),
        ("sss_ph", "3300000008"),
        ("sss_ph", "33-0000000-8"),
        ("sss_ph", "gpalomero1234@smileapi.io"),
        ("gojek", "639559991234"),
    ];
    for (id, login) in table {
        assert_eq!(code_of(id, login, "123456", Some("1234")).await, None, "{id} {login}");
    }
    let catalogue = catalogue();
    for provider in catalogue.list(Mode::Sandbox) {
        for person in test_people() {
            let items = read(&catalogue, provider.id.as_str(), person, Datapoint::Identities, now()).await;
            assert_eq!(items.len(), 1, "{} {}", provider.id, person.name);
        }
    }
}

#[tokio::test]
async fn everyone_else_is_refused() {
    let table = [
        ("abccorp", "gpalomero1234@smileapi.io", "1234567"),
        ("abccorp", "gpalomero1234@smileapi.io", ""),
        ("abccorp", "gpalomero1234@smileapi.io", " 123456"),
        ("abccorp", "christina4321@smileapi.io", "ygus1"),
        ("abccorp", "nobody@smileapi.io", "123456"),
        ("abccorp", "", "123456"),
        ("abccorp", "9559991234", "123456"),
        // Names of a kind that the provider does not take.
        ("abccorp", "3300000008", "123456"),
        ("gojek", "gpalomero1234@smileapi.io", "123456"),
        ("sss_ph", "+639559991234", "123456"),
        // Someone else's employee number, and one of another employer.
        ("abccorp", "EMP-123456", "654321"),
        ("abccorp", "CDE-98765", "123456"),
    ];
    for (id, login, password) in table {
        let code = code_of(id, login, password, Some("1234")).await;
        assert_eq!(code, Some(AccountErrorCode::InvalidCredentials), "{id} {login} {password}");
    }
    let catalogue = catalogue();
    let nobody = Answering::with(&catalogue, None);
    let empty = sign_in("abccorp", Credentials::default(), &nobody, now()).await;
    assert_eq!(empty.err().unwrap().code(), AccountErrorCode::InvalidCredentials);
}

#[tokio::test]
async fn a_code_is_asked_for_where_the_provider_wants_one() {
    let login = george().email;
    assert_eq!(code_of("upwork", login, "123456", Some("9999")).await, Some(AccountErrorCode::InvalidMfa));
    assert_eq!(code_of("upwork", login, "123456", None).await, Some(AccountErrorCode::MfaTimeout));
    assert_eq!(code_of("upwork", login, "123456", Some(" 1234 ")).await, None);

    let catalogue = catalogue();
    for provider in catalogue.list(Mode::Sandbox) {
        let answers = Answering::with(&catalogue, Some("1234"));
        let fields = filled(&login_name(provider, george()), george().password);
        sign_in(provider.id.as_str(), fields, &answers, now()).await.unwrap();
        let own_page = !provider.login.iter().any(|field| field.kind == LoginFieldKind::Password);
        let asked = answers.asked.lock().unwrap();
        assert_eq!(asked.len(), usize::from(provider.mfa || own_page), "{}", provider.id);
        assert!(asked.iter().all(|prompt| prompt.question.url().is_some() == own_page));
    }

    let answers = Answering::with(&catalogue, Some("1234"));
    sign_in("upwork", filled(login, "123456"), &answers, now()).await.unwrap();
    let expected = PromptRequest {
        question: Question::code(PromptChannel::Sms, Some("•••• 1234".to_owned()), Some(4)),
        resend_after: Some(Duration::from_secs(30)),
        timeout: Duration::from_mins(5),
    };
    assert_eq!(*answers.asked.lock().unwrap(), [expected]);
    let answers = Answering::with(&catalogue, Some("1234"));
    sign_in("workday", filled(login, "123456"), &answers, now()).await.unwrap();
    let asked = answers.asked.lock().unwrap();
    let by_mail = Question::code(PromptChannel::Email, Some("g•••@smileapi.io".to_owned()), Some(4));
    assert_eq!(asked[0].question, by_mail);
}

#[tokio::test]
async fn what_a_provider_does_not_have_is_a_clear_error() {
    let catalogue = catalogue();
    for provider in catalogue.list(Mode::Sandbox) {
        let fields = filled(&login_name(provider, george()), george().password);
        let answers = Answering::with(&catalogue, Some("1234"));
        let mut session = sign_in(provider.id.as_str(), fields, &answers, now()).await.unwrap();
        for kind in Datapoint::ALL {
            let result = session.read(kind).await;
            if readable(provider).any(|supported| supported == kind) {
                assert!(result.unwrap().iter().all(|item| item.item.kind() == kind));
            } else {
                let expected = SourceError::UnsupportedKind { provider: provider.id.clone(), kind };
                assert_eq!(result.unwrap_err(), expected);
            }
        }
    }

    let stranger = Provider { id: "stranger".parse().unwrap(), ..provider(&catalogue, "upwork").clone() };
    let connector = catalogue.connector_for(Mode::Sandbox, &"upwork".parse().unwrap()).unwrap();
    let login = SignIn {
        provider: &stranger,
        fields: filled(george().email, "123456"),
        now: now(),
        random: &SeededRandom::new(1),
        return_url: RETURN_URL,
    };
    let error = connector.sign_in(login, &Answering::with(&catalogue, None)).await.err().unwrap();
    assert_eq!(error, SourceError::UnknownProvider(stranger.id.clone()));
    assert_eq!(error.code(), AccountErrorCode::SystemError);
}

#[tokio::test]
async fn every_step_takes_its_time() {
    #[derive(Default)]
    struct Counting(Mutex<Vec<Duration>>);

    #[async_trait]
    impl Sleeper for Counting {
        async fn sleep(&self, time: Duration) {
            self.0.lock().unwrap().push(time);
        }
    }

    let sleeper = Arc::new(Counting::default());
    let (shortest, longest) = (Duration::from_millis(300), Duration::from_millis(600));
    let slow =
        Sandbox::of(Manifests::embedded(), Pace::new(shortest, longest, Arc::clone(&sleeper) as _)).unwrap();
    read(&slow, "upwork", george(), Datapoint::Identities, now()).await;
    let slept = sleeper.0.lock().unwrap();
    assert_eq!(slept.len(), 3);
    assert!(slept.iter().all(|time| (shortest..=longest).contains(time)), "{slept:?}");
}
