//! What the description of the Open API says of it as a whole.

use super::event_bodies;
use crate::{
    error::Code,
    openapi::{Api, ErrorCase, SecurityScheme, Server},
};

pub(super) static OPEN_API: Api = Api {
    title: "Sahod Open API",
    about: "Employment and income data that people share with your organisation.",
    servers: |urls| {
        [
            Server { url: urls.sandbox.clone(), about: "Sandbox: made-up people, nothing real." },
            Server { url: urls.open.clone(), about: "Production: real people's data." },
        ]
    },
    security: &[SecurityScheme {
        name: "basic",
        scheme: "basic",
        about: "The API key as user name, its secret as password. A key has one or more of the rights `read`, `write` and `webhooks`; \
                each operation says which one it needs.",
    }],
    rights: true,
    errors: &[
        ErrorCase::INVALID_PARAMETERS,
        ErrorCase::new(Code::InvalidCredentials, "There is no such API key, or the secret is not the key's."),
        ErrorCase::new(
            Code::InvalidToken,
            "The `Authorization` header is missing or not of the Basic scheme.",
        ),
        ErrorCase::new(
            Code::UnauthorizedAccess,
            "The API key lacks the right that the operation needs: use a key that was made with it (`sahod keys create \
             --rights`). Or the key is of the other mode: sandbox keys work at the sandbox address only.",
        ),
        ErrorCase::new(
            Code::MissingResource,
            "There is no object of that id in this mode, or it is not your organisation's.",
        ),
        ErrorCase::UNSUPPORTED_TYPE,
        ErrorCase::new(
            Code::RequestLimitExceeded,
            "Too many requests from this address. `Retry-After` says in how many seconds to go on.",
        ),
        ErrorCase::SERVER_ERROR,
        ErrorCase::UNSUPPORTED_METHOD,
        ErrorCase::SERVER_UNAVAILABLE,
        ErrorCase::TIME_LIMIT_EXCEEDED,
    ],
    faults: &[("size", "must be a whole number from 1 to 150"), ("startDate", "must not be after endDate")],
    idempotency_keys: true,
    made_ids: &[("/users", "/data/user/id")],
    webhooks: event_bodies::webhooks,
    examples: "operations",
};
