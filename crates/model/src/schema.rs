//! JSON Schemas of the values that write themselves as text or numbers.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    ids::{
        AccountId, ApiKeyId, ArchiveId, AttemptId, ConsentId, ConsentTemplateId, EventId, ExportId, InviteId,
        InviteLogId, InviteTemplateId, ItemId, RawFileId, ScenarioId, SourceId, StepId, TaskId, TenantId,
        TokenId, UserId, WebhookId, WinkTemplateId,
    },
    insight::Features,
    item::SourceRef,
    money::Amount,
    provider::ProviderId,
    request::RequestId,
    time::{Date, Month, Timestamp},
};

macro_rules! inline_schemas {
    ($($type:ty = { $($schema:tt)* };)*) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ $($schema)* })
            }
        }
    )*};
}

inline_schemas! {
    Timestamp = { "type": "string", "format": "date-time" };
    Date = { "type": "string", "format": "date" };
    Month = { "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" };
    Amount = { "type": "number" };
    Features = {
        "type": "object",
        "additionalProperties": { "type": ["number", "string"] },
        "description": "By name: window, then statistic. -999 stands for no data, -998 for what cannot be worked out."
    };
    AccountId = { "type": "string", "pattern": "^a-[0-9a-f]{32}$" };
    ApiKeyId = { "type": "string", "pattern": "^key-[0-9a-f]{32}$" };
    ArchiveId = { "type": "string", "pattern": "^u-[0-9a-f]{32}$" };
    RawFileId = { "type": "string", "pattern": "^f-[0-9a-f]{32}$" };
    ExportId = { "type": "string", "pattern": "^export-[0-9a-f]{32}$" };
    ConsentId = { "type": "string", "pattern": "^consent-[0-9a-f]{32}$" };
    ConsentTemplateId = { "type": "string", "pattern": "^ct-[0-9a-f]{32}$" };
    InviteId = { "type": "string", "pattern": "^iv-[0-9a-f]{32}$" };
    InviteLogId = { "type": "string", "pattern": "^ivl-[0-9a-f]{32}$" };
    InviteTemplateId = { "type": "string", "pattern": "^ivt-[0-9a-f]{32}$" };
    ScenarioId = { "type": "string", "pattern": "^scn-[0-9a-f]{32}$" };
    WinkTemplateId = { "type": "string", "pattern": "^wtpl-[0-9a-f]{32}$" };
    AttemptId = { "type": "string", "pattern": "^at-[0-9a-f]{32}$" };
    EventId = { "type": "string", "pattern": "^et-[0-9a-f]{32}$" };
    ItemId = { "type": "string", "pattern": "^[a-z]+-[0-9a-f]{32}$" };
    SourceId = { "type": "string", "pattern": "^[a-z]+-[0-9a-f]{32}$" };
    StepId = { "type": "string", "pattern": "^step-[0-9a-f]{32}$" };
    TaskId = { "type": "string", "pattern": "^task-[0-9a-f]{32}$" };
    TenantId = { "type": "string", "pattern": "^[a-z0-9]{2,32}$" };
    TokenId = { "type": "string", "pattern": "^tok-[0-9a-f]{32}$" };
    UserId = { "type": "string", "pattern": "^[a-z0-9]+-[0-9a-f]{32}$" };
    WebhookId = { "type": "string", "pattern": "^wh-[0-9a-f]{32}$" };
    RequestId = { "type": "string", "format": "uuid" };
    ProviderId = { "type": "string", "pattern": "^[a-z0-9_-]+$" };
}

impl JsonSchema for SourceRef {
    fn schema_name() -> Cow<'static, str> {
        "SourceRef".into()
    }

    fn inline_schema() -> bool {
        true
    }

    /// As [`SourceRef`] is serialised, with the deprecated twin of `sourceId`.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        /// The source that an item came from.
        #[derive(JsonSchema)]
        #[serde(rename_all = "camelCase")]
        #[expect(dead_code, reason = "only its shape is of use")]
        struct Shape {
            /// The account or archive it was read from.
            source_id: SourceId,
            /// What kind of source that is.
            source_type: crate::item::SourceType,
            /// Whose it is.
            user_id: UserId,
            /// The provider that the source belongs to.
            provider_id: ProviderId,
            /// Twin of `sourceId`; null for sources that are no accounts.
            #[schemars(extend("deprecated" = true))]
            account_id: Option<SourceId>,
        }
        Shape::json_schema(generator)
    }
}
