//! The models that ship with the product: each file parses, is translated, and every example gives what it says.

use std::path::{Path, PathBuf};

use sportello_domain::modello::{Modello, Procedura};

fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../modelli");
    let areas = std::fs::read_dir(root).expect("the folder of the models stands in the repository");
    let areas = areas.filter(|area| area.as_ref().is_ok_and(|area| area.file_name() != "banca"));
    let files = areas.flat_map(|area| std::fs::read_dir(area.expect("a folder").path()).expect("an area"));
    files.map(|file| file.expect("a file").path()).collect()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn listed<T>(found: Result<T, Vec<sportello_domain::modello::AuthorError>>) -> T {
    found.unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("\n{}", lines.join("\n"))
    })
}

fn stem(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8").to_owned()
}

#[test]
fn every_model_is_whole() {
    let mut seen = 0;
    for path in shipped() {
        let name = stem(&path);
        let Some(base) = name.strip_suffix(".toml").filter(|base| !base.contains('.')) else {
            continue;
        };
        let modello = listed(Modello::parse(&name, &text(&path)));
        assert_eq!(modello.code, base, "the file is named as the model");
        let english = format!("{base}.en.toml");
        let modello = listed(modello.with_english(&english, &text(&path.with_file_name(&english))));
        let faults: Vec<String> = modello.run_examples().iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
        assert!(modello.examples.len() >= 8, "{name} has too few examples");
        let procedura = format!("{}.procedura.toml", modello.procedure);
        let found = listed(Procedura::parse(&procedura, &text(&path.with_file_name(&procedura))));
        assert_eq!(found.code, modello.procedure);
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}

/// Names of the shipped models in the published list, and fields that the list leaves to the product.
const LISTED: [(&str, &str); 6] = [
    ("iscrizione-mensa", "ISCRIZIONE_MENSA"),
    ("cambio-residenza", "CAMBIO_RESIDENZA"),
    ("dieta-speciale", "DIETA_SPECIALE"),
    ("variazione-pagamento", "VARIAZIONE_PAGAMENTO"),
    ("certificazione-mensa", "CERTIFICAZIONE_MENSA"),
    ("rinuncia-mensa", "RINUNCIA"),
];

/// The fields of the models carry the ids of the published list, where that list is at hand.
#[test]
fn ids_are_those_of_the_list() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/modelli/fields.csv");
    if !list.exists() {
        #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
        let required = std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required");
        assert!(!required, "the list of fields is missing");
        println!("skipped: the list of fields is not beside the checkout");
        return;
    }
    let mut rows = csv::Reader::from_path(list).expect("the list can be read");
    let rows: Vec<_> = rows.records().map(|row| row.expect("a row")).collect();
    let of = |model: &str| rows.iter().filter(|row| &row[0] == model).map(|row| row[2].to_owned()).collect::<Vec<_>>();
    for (code, listed_as) in LISTED {
        let name = format!("{code}.toml");
        let path = shipped().into_iter().find(|path| stem(path) == name).expect("it ships");
        let modello = listed(Modello::parse(&name, &text(&path)));
        // A block of the list (richiedente) and the people of a change stand there in full for the first model.
        let known: Vec<String> = of(listed_as).into_iter().chain(of("ISCRIZIONE_MENSA")).collect();
        assert!(!of(listed_as).is_empty(), "{listed_as} is in the list");
        for campo in modello.fields.iter().filter(|campo| campo.id != "informativa") {
            assert!(known.contains(&campo.id), "{code}: {} is not in the list", campo.id);
        }
    }
}
