use super::*;

/// What is wrong with the common part of a manifest in that folder.
fn faults(folder: &str, text: &str) -> Vec<String> {
    let faults = Manifests::read([(folder, text)]).finish().err().map_or(Vec::new(), |faults| faults.0);
    faults.into_iter().map(|fault| fault.fault).collect()
}

const COMMON: &str = "
id: rides
name: Rides
longName: Rides Ltd
type: GIG
subType: TRANSPORTATION
redirect: true
supports: [IDENTITIES]
login: [{ name: login, kind: LOGIN, accepts: [EMAIL], label: E-mail }]
";

#[test]
fn a_misspelt_key_is_a_fault() {
    let faults = faults("x", "id: x\nnmae: X");
    assert!(faults[0].contains("nmae"), "{faults:?}");
}

#[test]
fn a_manifest_has_a_section_for_one_mode_at_least() {
    assert_eq!(faults("rides", COMMON), ["sandbox, live: at least one of them must be there"]);
    for sections in ["sandbox: {}", "live: {}", "sandbox: {}\nlive: {}"] {
        assert_eq!(faults("rides", &format!("{COMMON}{sections}")), [""; 0], "{sections}");
    }
}

#[test]
fn a_section_is_read_by_whoever_knows_its_keys() {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Section {
        papers: Vec<Paper>,
    }
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Paper {
        name: String,
    }

    let read = |section: &str| {
        let text = format!("{COMMON}{section}");
        let mut manifests = Manifests::read([("rides", text.as_str())]);
        let sections = manifests.sections(Mode::Sandbox, |section: Section, provider, faults| {
            faults.extend(provider.is_none().then(|| "no provider".to_owned()));
            section.papers.into_iter().map(|paper| paper.name).collect::<Vec<_>>()
        });
        let names: Vec<_> = sections.into_iter().map(|(provider, names)| (provider.name, names)).collect();
        (names, manifests.finish().map_err(|faults| faults.to_string()))
    };
    let (names, result) = read("sandbox: { papers: [{ name: Licence }] }");
    assert_eq!((names, result), (vec![("Rides".to_owned(), vec!["Licence".to_owned()])], Ok(())));
    let (names, result) = read("live: {}");
    assert_eq!((names.len(), result), (0, Ok(())));
    let (names, result) = read("sandbox: { papers: [{ nmae: Licence }] }");
    let told = result.unwrap_err();
    let path = "providers/rides/manifest.yaml: sandbox: papers[0].nmae: unknown field `nmae`";
    assert!(names.is_empty() && told.contains(path), "{told}");
}
