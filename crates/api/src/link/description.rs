//! What the description of the Link API says of it as a whole.

use crate::{
    error::Code,
    openapi::{Api, ErrorCase, SecurityScheme, Server},
};

/// The name of the security scheme that starts a session.
pub(super) const LINK_TOKEN: &str = "linkToken";

pub(super) static LINK_API: Api = Api {
    title: "Sahod Link API",
    about: "What a widget calls so that a person can share data with an organisation. The Wink widget is built on it, and so \
            can be your own.\n\n1. Your server gets a link token from the Open API (`POST /users` or `POST /tokens`) and hands \
            it to your page.\n2. The page spends it for a session: `POST /sessions`.\n3. The person agrees to `consent`, \
            chooses a provider (`GET /providers`) and fills in its form (`GET /providers/{id}`).\n4. The page encrypts what was \
            filled in with the session's `encryptionKey` and sends it: `POST /accounts`.\n5. It follows what comes of that \
            (`GET /accounts/{id}/events`) and answers what the source asks (`POST /accounts/{id}/answers`).\n\nPages of every \
            origin may call this API. It uses no cookies, but for one on the way to a source's own page and back. Absent values \
            are null.",
    servers: |urls| {
        [
            Server { url: urls.link_sandbox.clone(), about: "Sandbox: made-up people, nothing real." },
            Server { url: urls.link.clone(), about: "Production: real people's data." },
        ]
    },
    security: &[
        SecurityScheme {
            name: "sessionToken",
            scheme: "bearer",
            about: "The `sessionToken` that `POST /sessions` answered with.",
        },
        SecurityScheme {
            name: LINK_TOKEN,
            scheme: "bearer",
            about: "The link token that your server got from the Open API. It is good for one session.",
        },
    ],
    rights: false,
    errors: &[
        ErrorCase::INVALID_PARAMETERS,
        ErrorCase::new(
            Code::InvalidToken,
            "The token is missing, not known, spent or too old, or the organisation reset the user.",
        ),
        ErrorCase::new(
            Code::UnauthorizedAccess,
            "The token is of the other mode: sandbox tokens work at the sandbox address only. Or it is another one than the \
             widget's page was opened for.",
        ),
        ErrorCase::new(Code::MissingResource, "There is no object of that id, or it is not this person's."),
        ErrorCase::UNSUPPORTED_TYPE,
        ErrorCase::new(
            Code::RequestLimitExceeded,
            "Too many requests from this address, or too many logins and answers in this session; or the person has done as much \
             of this as one may for now: has attempts under way, guessed too often, or handed over too much today. `Retry-After` \
             says in how many seconds to go on, and `data.errors` what was too much, where it was not the rate.",
        ),
        ErrorCase::SERVER_ERROR,
        ErrorCase::UNSUPPORTED_METHOD,
        ErrorCase::SERVER_UNAVAILABLE,
        ErrorCase::TIME_LIMIT_EXCEEDED,
    ],
    faults: &[
        ("providerId", "is not in the list of providers"),
        ("consentVersion", "must have 1 to 64 characters"),
    ],
    idempotency_keys: false,
    made_ids: &[("/accounts", "/data/accountId")],
    webhooks: |_| Vec::new(),
    examples: "linkOperations",
};
