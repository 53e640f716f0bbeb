//! Insights: what a source tells about a person, in figures. `docs/insights.md` defines every one of them.

use serde::{Serialize, ser::SerializeMap as _};

use crate::{money::Amount, time::Timestamp};

/// The figures of one source, as they stood at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Insight {
    /// When they were worked out; nothing later counts.
    pub cutoff_time: Timestamp,
    /// The figures.
    pub features: Features,
}

/// Figures by name, in the order in which they were set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features(Vec<(String, Feature)>);

impl Features {
    /// Sets the figure of that name; each name is set once.
    pub fn set(&mut self, name: impl Into<String>, feature: Feature) {
        self.0.push((name.into(), feature));
    }

    /// The figure of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Feature> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, feature)| feature)
    }

    /// All names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl Serialize for Features {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, feature) in &self.0 {
            object.serialize_entry(name, feature)?;
        }
        object.end()
    }
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Feature {
    /// There is nothing to work it out from: −999.
    NoData,
    /// There is something, but not enough or not of the right sort: −998.
    NotComputable,
    /// A number of things, days, months or years.
    Count(i64),
    /// Money, or a ratio.
    Number(Amount),
    /// A word.
    Text(String),
}

impl Feature {
    /// What stands for [`Feature::NoData`].
    pub const NO_DATA: i16 = -999;
    /// What stands for [`Feature::NotComputable`].
    pub const NOT_COMPUTABLE: i16 = -998;

    /// A number of things.
    #[must_use]
    pub fn count(number: usize) -> Self {
        Self::Count(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl Serialize for Feature {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::NoData => Self::NO_DATA.serialize(serializer),
            Self::NotComputable => Self::NOT_COMPUTABLE.serialize(serializer),
            Self::Count(number) => number.serialize(serializer),
            Self::Number(amount) => amount.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_exactly_and_in_their_order() {
        let mut features = Features::default();
        features.set("z", Feature::Number("10.50".parse().unwrap()));
        features.set("a", Feature::NoData);
        features.set("b", Feature::NotComputable);
        features.set("c", Feature::Count(3));
        features.set("d", Feature::Text("Permanent".into()));
        let text = serde_json::to_string(&features).unwrap();
        assert_eq!(text, r#"{"z":10.50,"a":-999,"b":-998,"c":3,"d":"Permanent"}"#);
        assert_eq!(features.get("c"), Some(&Feature::Count(3)));
    }
}
