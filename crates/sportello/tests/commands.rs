//! The program as a technician meets it: its commands, run as programs, on the embedded database.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use ring::rand::SystemRandom;
use sportello_identity::{
    KeyBits, SIMULATED, ServiceKey, Subject,
    provider::{AggregateDraft, IdentityProvider},
};

/// An installation in a folder of its own.
struct Installation(tempfile::TempDir);

impl Installation {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sportello"));
        command
            .env_clear()
            .env("SPORTELLO_LOG", "error")
            .env("SPORTELLO_STORAGE__DATABASE", self.path("data/sportello.db"))
            .env("SPORTELLO_STORAGE__FILES", self.path("data/files"))
            .env("SPORTELLO_STORAGE__KEY_FILE", self.path("keys/sportello.key"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().expect("the program runs")
    }

    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("words")
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).expect("writes");
        self.path(name).display().to_string()
    }

    /// With one ente and its administrator.
    fn with_ente() -> Self {
        let installation = Self::new();
        let settings = installation.write("ente.toml", SETTINGS);
        installation.succeed(&["ente", "add", "prova", "--settings", &settings, "--admin", "RSSMRA85C12B442I"]);
        installation
    }
}

const SETTINGS: &str = r##"
name = "Comune di Prova"
demo = false
site_url = "https://www.comune.prova.example"
region = { text = "Regione", url = "https://www.regione.example" }
codice_fiscale = "00000010165"
ipa_code = "c_b442"
aoo_code = "A1"
address = ["Piazza 1"]
locality = "Prova"
pec = "pec@prova.example"
phone = "0363 000 100"
accessibility_url = "https://form.example"
office = { name = "Servizio Istruzione", responsabile = "A B", phone = "0363 000 123", email = "a@prova.example", hours = "sempre" }
theme = { primary = "#0a5687", dark = "#073a5c", tint = "#eef5fa" }
"##;

#[test]
fn settings_change_as_a_whole_and_it_is_said_which() {
    let installation = Installation::with_ente();
    let same = installation.write("same.toml", SETTINGS);
    assert_eq!(installation.succeed(&["ente", "settings", "prova", &same]), "unchanged\n");
    let other = SETTINGS.replace("0363 000 100", "0363 000 200").replace("Comune di Prova", "Comune di Prova Nuova");
    let other = installation.write("other.toml", &other);
    assert_eq!(installation.succeed(&["ente", "settings", "prova", &other]), "changed: name, phone\n");
    assert!(installation.succeed(&["ente", "list"]).contains("Comune di Prova Nuova"));
    let broken = installation.write("broken.toml", &SETTINGS.replace("phone = \"0363 000 100\"", "telephone = 1"));
    let refused = installation.run(&["ente", "settings", "prova", &broken]);
    assert!(!refused.status.success() && words(&refused).contains("telephone"), "{}", words(&refused));
    assert!(installation.succeed(&["ente", "list"]).contains("Comune di Prova Nuova"));
    assert!(!installation.run(&["ente", "settings", "altrove", &same]).status.success());
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_wrong_setting_stops_the_start_and_is_named() {
    let installation = Installation::new();
    let cases = [
        ("SPORTELLO_LISTEN", "0.0.0.0:80", "listen"),
        ("SPORTELLO_ORIGIN", "servizi.example", "origin"),
        ("SPORTELLO_MODE", "prova", "mode"),
        ("SPORTELLO_COLOUR", "red", "colour"),
        ("SPORTELLO_STORAGE__DATABASE", "postgres://user@host/db?sslmode=require", "storage.database"),
        ("SPORTELLO_MAIL__HOST", "relay.example", "mail.security"),
    ];
    for (variable, value, name) in cases {
        let output = installation.command().env(variable, value).arg("serve").output().expect("runs");
        assert!(matches!(output.status.code(), Some(2 | 3)), "{variable}={value}: {:?}", output.status);
        assert!(words(&output).contains(name), "{variable}={value} should name {name}: {}", words(&output));
    }
    let missing = installation.run(&["--config", "/nowhere.toml", "config", "check"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(installation.succeed(&["config", "check"]).contains("right"));
    let mut check = installation.command();
    check.env("SPORTELLO_REGISTRY__SPID__CERTIFICATE", "/nowhere.pem").args(["config", "check"]);
    let output = check.output().expect("runs");
    assert!(!output.status.success() && words(&output).contains("/nowhere.pem"), "{}", words(&output));
    assert!(words(&installation.run(&["doctor"])).contains("no ente yet"));
    assert!(words(&installation.run(&["spid", "registry", "fetch"])).contains("[registry.spid]"));
}

#[test]
fn a_file_of_families_is_taken_in_whole_or_not_at_all() {
    let installation = Installation::with_ente();
    let good = installation.succeed(&["demo", "famiglie", "borgorosa"]);
    let broken = good.replacen("2", "x", 1).replacen(";primaria;", ";liceo;", 1);
    let file = installation.write("famiglie.csv", &broken);
    let output = installation.run(&["import", "famiglie", &file, "--ente", "prova"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output).contains("colonna grado"), "{}", words(&output));
    assert!(words(&output).contains("niente è stato scritto"));

    let file = installation.write("famiglie.csv", &good);
    let tried = installation.succeed(&["import", "famiglie", &file, "--ente", "prova", "--prova"]);
    assert!(tried.contains("60 alunni") && tried.contains("niente è stato scritto"), "{tried}");
    for _ in 0..2 {
        assert!(installation.succeed(&["import", "famiglie", &file, "--ente", "prova"]).contains("importato"));
    }
    let counts = |table: &str| count(&installation.path("data/sportello.db"), table);
    assert_eq!(counts("alunno"), 60, "a second import makes no doubles");
    assert_eq!(counts("importazione_riga"), 0);
    let unknown = installation.run(&["import", "famiglie", &file, "--ente", "altrove"]);
    assert!(words(&unknown).contains("altrove"));
}

/// Rows of a table, asked of the database itself.
fn count(database: &Path, table: &str) -> i64 {
    let connection = rusqlite::Connection::open(database).expect("opens");
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("counts")
}

#[test]
fn a_backup_under_load_comes_back_whole_and_an_altered_one_is_refused() {
    let installation = Installation::with_ente();
    let file = installation.succeed(&["demo", "famiglie", "calvenzano"]);
    let file = installation.write("famiglie.csv", &file);
    // The load: the same file again and again, each a stream of write transactions, while the copy is made.
    let mut load =
        installation.command().args(["import", "famiglie", &file, "--ente", "prova"]).spawn().expect("starts");
    let backup = installation.path("backup").display().to_string();
    let made = installation.succeed(&["backup", &backup]);
    assert!(made.contains("key file is not among them"), "{made}");
    assert!(load.wait().expect("ends").success());
    assert!(!installation.path("backup/sportello.key").exists());

    let restored = Installation::new();
    fs::create_dir_all(restored.path("keys")).expect("makes");
    fs::copy(installation.path("keys/sportello.key"), restored.path("keys/sportello.key")).expect("copies the key");
    restored.succeed(&["restore", &backup]);
    assert!(restored.succeed(&["ente", "list"]).contains("Comune di Prova"));
    assert!(restored.succeed(&["check"]).contains("0 findings"));
    let again = restored.run(&["restore", &backup]);
    assert!(words(&again).contains("nothing is written over"), "{}", words(&again));

    let database = installation.path("backup/sportello.db");
    let mut bytes = fs::read(&database).expect("reads");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&database, bytes).expect("writes");
    let altered = Installation::new().run(&["restore", &backup]);
    assert!(words(&altered).contains("altered"), "{}", words(&altered));
}

#[test]
fn the_demonstration_is_refused_in_production() {
    let installation = Installation::new();
    let output = installation
        .command()
        .env("SPORTELLO_MODE", "production")
        .env("SPORTELLO_ADDRESSING", "host")
        .args(["demo", "load", "--providers", "."])
        .output()
        .expect("runs");
    assert!(!output.status.success());
    assert!(words(&output).contains("mode"), "{}", words(&output));
}

/// A registry with its certificate in a file.
struct Registro(ServiceKey);

impl Registro {
    fn new(installation: &Installation) -> Self {
        let registro = Self(key("https://registro.example"));
        installation.write("registro.pem", &registro.0.certificate().to_pem());
        registro
    }

    /// A list in a file, of an end far away.
    fn list(&self, installation: &Installation, id: &str, name: &str, provider: &IdentityProvider) -> String {
        let draft = AggregateDraft {
            id: id.to_owned(),
            name: name.to_owned(),
            created_at: None,
            valid_until: Some("2099-01-01T00:00:00Z".parse().expect("an instant")),
            entries: vec![provider.metadata()],
        };
        installation.write(&format!("{id}.xml"), &draft.sign(&self.0).expect("a list is signed"))
    }
}

#[test]
fn the_list_of_a_registry_is_taken_in_and_shown() {
    let installation = Installation::new();
    let (registro, provider) = (Registro::new(&installation), provider("https://idp.example"));
    let run = |arguments: &[&str]| {
        let mut command = installation.command();
        command.env("SPORTELLO_MODE", "production").env("SPORTELLO_ADDRESSING", "host");
        command.env("SPORTELLO_REGISTRY__SPID__CERTIFICATE", installation.path("registro.pem"));
        command.args(["spid", "registry"]).args(arguments).output().expect("runs")
    };
    let empty = run(&["show"]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(words(&empty).contains("no list of providers yet"), "{}", words(&empty));
    let first = registro.list(&installation, "_1", "registro", &provider);
    assert_eq!(words(&run(&["import", &first])), "list 1: 1 providers\n");
    assert_eq!(words(&run(&["import", &first])), "unchanged\n");
    let shown = run(&["show"]);
    assert!(shown.status.success(), "{}", words(&shown));
    assert!(words(&shown).contains("https://idp.example"), "{}", words(&shown));
    let simulated = registro.list(&installation, "_2", SIMULATED, &provider);
    let refusals = [
        (vec!["import", &simulated], "simulator"),
        (vec!["import", &first, "--scheme", "cie"], "certificate of the registry"),
        (vec!["import", &first, "--scheme", "cns"], "expected a scheme"),
        (vec!["fetch"], "address of the registry"),
    ];
    for (arguments, word) in refusals {
        let output = run(&arguments);
        assert!(!output.status.success() && words(&output).contains(word), "{word}: {}", words(&output));
    }
}

#[test]
fn a_production_portal_does_not_start_on_the_database_of_a_demonstration() {
    let installation = Installation::new();
    let (registro, provider) = (Registro::new(&installation), provider("http://localhost:8090/spid/prova"));
    let list = registro.list(&installation, "_1", SIMULATED, &provider);
    let taken = installation
        .command()
        .env("SPORTELLO_REGISTRY__SPID__CERTIFICATE", installation.path("registro.pem"))
        .args(["spid", "registry", "import", &list])
        .output()
        .expect("runs");
    assert!(taken.status.success(), "{}", words(&taken));
    for command in ["serve", "worker"] {
        let output = installation
            .command()
            .env("SPORTELLO_MODE", "production")
            .env("SPORTELLO_ADDRESSING", "host")
            .arg(command)
            .output()
            .expect("runs");
        assert!(!output.status.success() && words(&output).contains("demonstration"), "{}", words(&output));
    }
}

#[test]
fn a_provider_is_trusted_until_it_is_revoked() {
    let installation = Installation::with_ente();
    let metadata = installation.write("validator.xml", &provider("https://validator.example").metadata());
    let trust = ["spid", "trust", &metadata];
    let trusted = || count(&installation.path("data/sportello.db"), "identity_provider");
    let unknown = installation.run(&[&trust[..], &["--revoke"]].concat());
    assert!(!unknown.status.success() && words(&unknown).contains("no such provider"), "{}", words(&unknown));
    assert_eq!(installation.succeed(&trust), "trusted\n");
    let shown =
        || words(&installation.run(&["spid", "registry", "show"])).contains("https://validator.example in no list");
    assert!(shown(), "whoever was let in can be seen");
    let other = installation.run(&[&trust[..], &["--scheme", "cie", "--revoke"]].concat());
    assert!(!other.status.success() && trusted() == 1, "one of another scheme: {}", words(&other));
    assert_eq!(installation.succeed(&[&trust[..], &["--revoke"]].concat()), "trusted no more\n");
    assert!(trusted() == 0 && !shown());
    let noted = "audit WHERE action = 'provider.distrust' AND detail LIKE '%https://validator.example%'";
    assert_eq!(count(&installation.path("data/sportello.db"), noted), 1);
}

#[test]
fn a_command_that_does_not_exist_is_no_success() {
    let installation = Installation::new();
    for command in [&["config", "doctor"][..], &["spid"], &["spid", "registry", "doctor"]] {
        assert_eq!(installation.run(command).status.code(), Some(2), "{command:?}");
    }
}

#[test]
fn metadata_and_certificate_are_made_to_be_filed() {
    let installation = Installation::with_ente();
    let (file, request) = (installation.path("m.xml").display().to_string(), installation.path("r.pem"));
    let metadata = |out: &str| installation.succeed(&["spid", "metadata", "--ente", "prova", "--out", out]);
    assert!(metadata(&file).ends_with(": new\n"));
    assert!(metadata(&file).ends_with(": unchanged\n"));
    let printed = installation.succeed(&["spid", "metadata", "--ente", "prova"]);
    assert_eq!(printed.trim_end(), fs::read_to_string(&file).expect("written"));
    let request = request.display().to_string();
    let pem = installation.succeed(&["spid", "certificate", "--ente", "prova", "--csr", &request]);
    assert!(fs::read_to_string(&request).expect("written").starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    let files = installation.path("data/files").display().to_string();
    assert_eq!(installation.succeed(&["doctor"]), format!("files: {files}\nscanner: none\n0 findings\n"));
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    assert!(printed.contains(&base64), "the certificate is that of the metadata");
    // One of another key is refused; its own goes in, and the metadata stay what they are.
    let own = installation.write("own.pem", &pem);
    installation.succeed(&["spid", "certificate", "--ente", "prova", "--install", &own]);
    assert!(metadata(&file).ends_with(": unchanged\n"));
    let subject = Subject {
        organization: "A".into(),
        organization_identifier: "PA:IT-a".into(),
        entity_id: "https://a.example".into(),
        locality: "A".into(),
    };
    let now = "2026-11-25T08:00:00Z".parse().expect("an instant");
    let other = ServiceKey::generate(KeyBits::B2048, &subject, now, &SystemRandom::new()).expect("a key");
    let other = installation.write("other.pem", &other.certificate().to_pem());
    let output = installation.run(&["spid", "certificate", "--ente", "prova", "--install", &other]);
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    let two = installation.write("two.pem", &format!("{pem}{pem}"));
    let output = installation.run(&["spid", "certificate", "--ente", "prova", "--install", &two]);
    assert!(words(&output).contains("expected one in PEM"), "{}", words(&output));
    // What the federation would refuse is not put into the metadata: here the ente has another name since.
    let renamed = installation.write("ente.toml", &SETTINGS.replace("name = \"", "name = \"Nuovo "));
    installation.succeed(&["ente", "settings", "prova", &renamed]);
    let keys = || installation.succeed(&["spid", "key", "list", "--ente", "prova"]);
    let before = keys();
    let output = installation.run(&["spid", "certificate", "--ente", "prova", "--install", &own]);
    assert!(!output.status.success() && words(&output).contains("organizationName"), "{}", words(&output));
    assert_eq!(keys(), before);
}

#[test]
fn a_setting_that_the_federation_needs_is_named() {
    let installation = Installation::new();
    let wrong =
        SETTINGS.replace("c_b442", "").replace("pec@prova.example", "pec").replace("0363 000 100", "centralino");
    let settings = installation.write("ente.toml", &wrong);
    installation.succeed(&["ente", "add", "prova", "--settings", &settings, "--admin", "RSSMRA85C12B442I"]);
    for command in ["metadata", "certificate"] {
        let output = installation.run(&["spid", command, "--ente", "prova"]);
        assert_eq!(output.status.code(), Some(1), "{}", words(&output));
        for name in ["ipa_code:", "pec:", "phone:"] {
            assert!(words(&output).contains(name), "{name}: {}", words(&output));
        }
    }
    let output = installation.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    for finding in ["prova: ipa_code:", "prova: pec:", "prova: phone:", "prova: no key yet", "4 findings"] {
        assert!(words(&output).contains(finding), "{finding}: {}", words(&output));
    }
}

#[test]
fn a_role_at_a_wrong_place_is_told_the_right_one() {
    let installation = Installation::with_ente();
    for (role, place, word) in [
        ("operatore_scuola", "plesso:BGEE000001", "imported"),
        ("auditor", "plesso:BGEE000001", "needs no --ambito"),
        ("ragioneria", "plesso:BGEE000001", "servizio:mensa"),
    ] {
        let output = installation.run(&["ente", "role", "prova", "RSSMRA85C12B442I", role, "--ambito", place]);
        assert!(!output.status.success() && words(&output).contains(word), "{role}: {}", words(&output));
    }
}

#[test]
fn an_ente_needs_a_prefix_of_its_own() {
    let installation = Installation::with_ente();
    let settings = installation.write("ente.toml", SETTINGS);
    let admin = "RSSMRA85C12B442I";
    for slug in ["prova", "Prova", "a b", ""] {
        let output = installation.run(&["ente", "add", slug, "--settings", &settings, "--admin", admin]);
        assert!(!output.status.success(), "{slug}");
    }
    let add = |slug: &str, host: &[&str]| {
        let arguments = ["ente", "add", slug, "--settings", &settings, "--admin", admin];
        installation.run(&[&arguments[..], host].concat())
    };
    assert!(words(&add("prova", &[])).contains("`prova` is taken"));
    for host in ["https://a.example/", "a.example:8443", "A.example", ""] {
        let output = add("altro", &["--host", host]);
        assert_eq!(output.status.code(), Some(2), "{host}: {}", words(&output));
    }
    let mut by_host = installation.command();
    by_host.env("SPORTELLO_MODE", "production").env("SPORTELLO_ADDRESSING", "host");
    let output = by_host.args(["ente", "add", "altro", "--settings", &settings, "--admin", admin]).output();
    assert!(words(&output.expect("runs")).contains("`--host`"));
    let wrong = installation.run(&["ente", "add", "altro", "--settings", &settings, "--admin", "RSSMRA85C12B442X"]);
    assert_eq!(wrong.status.code(), Some(2), "a wrong codice fiscale is a matter of usage");
    assert_eq!(installation.succeed(&["ente", "list"]).lines().count(), 1);
}

fn key(entity_id: &str) -> ServiceKey {
    let subject = Subject {
        organization: "Prova".to_owned(),
        organization_identifier: "PA:IT-prova".to_owned(),
        entity_id: entity_id.to_owned(),
        locality: "Prova".to_owned(),
    };
    let noon = "2026-06-15T10:00:00Z".parse().expect("an instant");
    ServiceKey::generate(KeyBits::B2048, &subject, noon, &SystemRandom::new()).expect("a key")
}

fn provider(entity_id: &str) -> IdentityProvider {
    IdentityProvider {
        entity_id: entity_id.to_owned(),
        name: "Prova".to_owned(),
        sso_url: format!("{entity_id}/sso"),
        key: key(entity_id),
    }
}

/// Metadata of a simulated provider, alone in a folder.
fn providers(installation: &Installation) -> String {
    let provider = provider("http://localhost:8090/spid/prova");
    fs::create_dir_all(installation.path("providers")).expect("makes");
    installation.write("providers/prova.xml", &provider.metadata());
    installation.path("providers").display().to_string()
}

#[test]
fn the_demonstration_is_loaded_once_and_one_that_was_interrupted_is_refused() {
    let load = |installation: &Installation| {
        let providers = providers(installation);
        let mut command = installation.command();
        command.env("SPORTELLO_MODE", "demo");
        command.args(["demo", "load", "--providers", &providers]).output().expect("runs")
    };
    let whole = Installation::new();
    assert!(load(&whole).status.success());
    let pratiche = count(&whole.path("data/sportello.db"), "pratica");
    assert!(pratiche > 0);
    assert!(load(&whole).status.success(), "a second time is harmless");
    assert_eq!(count(&whole.path("data/sportello.db"), "pratica"), pratiche);

    // Each month that was invoiced left Maria a debt to pay with a notice, and Elena one that the bank debits. There is
    // none in September, when no month of the school year is finished.
    let cicli = count(&whole.path("data/sportello.db"), "ciclo_fatturazione WHERE status = 'emesso'");
    assert_eq!(count(&whole.path("data/sportello.db"), "ciclo_fatturazione"), cicli);
    for (code, kind) in
        [("CLLMRA86C54B442Z", "= 'PAGOPA' AND codice_avviso IS NOT NULL"), ("FMGLNE88E57A794M", "= 'SDD'")]
    {
        let debts = format!(
            "posizione_debitoria d JOIN persona p ON p.ente_id = d.ente_id AND p.id = d.persona_id
             WHERE p.codice_fiscale = '{code}' AND d.status = 'aperta' AND d.modalita {kind}"
        );
        assert_eq!(count(&whole.path("data/sportello.db"), &debts), cicli, "{code}");
    }

    // What a load leaves behind that ends after its first step.
    let halfway = Installation::new();
    let settings = halfway.write("ente.toml", SETTINGS);
    let admin = "RSSMRA85C12B442I";
    halfway.succeed(&["ente", "add", "calvenzano", "--settings", &settings, "--admin", admin]);
    let refused = load(&halfway);
    assert!(!refused.status.success());
    assert!(words(&refused).contains("the loading of calvenzano was interrupted"), "{}", words(&refused));
}
