//! The commands of whoever writes forms, run as programs: what is wrong is told with file, line, field and remedy.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

const FORM: &str = "rinuncia-mensa";

/// A folder with a copy of one shipped form, and a database beside it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("a folder"));
        for ending in ["toml", "en.toml", "procedura.toml"] {
            let name = format!("{FORM}.{ending}");
            fs::copy(shipped().join(&name), desk.path(&name)).expect("copies");
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn form(&self) -> PathBuf {
        self.path(&format!("{FORM}.toml"))
    }

    /// Changes the form by hand.
    fn edit(&self, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.form()).expect("reads");
        let changed = change(text.clone());
        assert_ne!(text, changed, "the edit changes something");
        fs::write(self.form(), changed).expect("writes");
    }

    /// Runs a command; gives whether it went well and what it said.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_sportello"))
            .env_clear()
            .env("SPORTELLO_LOG", "error")
            .env("SPORTELLO_STORAGE__DATABASE", self.path("data/sportello.db"))
            .env("SPORTELLO_STORAGE__FILES", self.path("data/files"))
            .env("SPORTELLO_STORAGE__KEY_FILE", self.path("keys/sportello.key"))
            .args(arguments)
            .output()
            .expect("the program runs");
        let words = [output.stdout, output.stderr].map(|words| String::from_utf8(words).expect("words"));
        (output.status.code(), words.concat())
    }

    fn check(&self, path: &Path) -> (Option<i32>, String) {
        self.run(&["modelli", "check", &path.display().to_string()])
    }

    fn publish(&self, dal: &str, al: &str) -> (Option<i32>, String) {
        let file = self.form().display().to_string();
        self.run(&["modelli", "publish", "prova", &file, "--anno", "2026", "--dal", dal, "--al", al])
    }
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../modelli/servizi-scolastici")
}

#[test]
fn what_ships_is_right_and_needs_no_database() {
    let desk = Desk::new();
    let (code, words) = desk.check(&shipped().join(".."));
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("6 modelli, 0 errori"), "{words}");
    assert!(!desk.path("data").exists(), "nothing was made");
    let (code, words) = desk.check(&desk.path("nessuno.toml"));
    assert_eq!(code, Some(3), "{words}");
}

/// Each fault that an author can make, and what is said about it.
#[test]
fn every_fault_is_named_with_its_place_and_a_remedy() {
    let line = |field: &str| format!("\n[[field]]\n{field}\n\n[[example]]\n");
    let before_examples = |field: &str| {
        let field = line(field);
        move |text: String| text.replacen("\n[[example]]\n", &field, 1)
    };
    let text = "page = \"rinuncia\"\nkind = \"text\"\nlabel = \"P\"\n";
    // A circle needs a condition on something that comes later: that is what is refused.
    let circle =
        format!("id = \"uno\"\n{text}when = 'given(due)'\n\n[[field]]\nid = \"due\"\n{text}when = 'given(uno)'");
    let cases: [(&str, String, &str); 5] = [
        ("cycle", circle, "«uno»"),
        ("unknown name", format!("id = \"uno\"\n{text}when = 'given(nessuno)'"), "«uno»"),
        ("type error", format!("id = \"uno\"\n{text}when = 'tipo > 18'"), "«uno»"),
        ("duplicate id", format!("id = \"motivo\"\n{text}"), "«motivo»"),
        ("limits", format!("id = \"uno\"\n{text}when = 'tipo in [{}]'", ["\"a\""; 250].join(", ")), "«uno»"),
    ];
    for (what, field, name) in cases {
        let desk = Desk::new();
        desk.edit(before_examples(&field));
        let (code, words) = desk.check(&desk.form());
        assert_eq!(code, Some(1), "{what}: {words}");
        let fault = words.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{what}: {words}"));
        let mut parts = fault.splitn(3, ':');
        assert_eq!(parts.next(), Some("rinuncia-mensa.toml"), "{what}: {fault}");
        assert!(parts.next().and_then(|line| line.parse::<usize>().ok()).is_some_and(|line| line > 50), "{fault}");
        assert!(parts.next().is_some_and(|rest| rest.matches(": ").count() >= 2), "{what} has a remedy: {fault}");
        let (code, words) = desk.publish("2026-06-01", "2026-07-31");
        assert_eq!(code, Some(3), "{what}: {words}");
        assert!(words.contains(fault), "{what}: publishing says the same: {words}");
    }
}

#[test]
fn an_example_that_fails_and_files_that_do_not_fit_are_refused() {
    let desk = Desk::new();
    desk.edit(|text| text.replacen("expect = { errors = [] }", "expect = { errors = [\"dal: required\"] }", 1));
    let (code, words) = desk.check(&desk.form());
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("attende [dal: required] e trova []"), "{words}");

    let desk = Desk::new();
    desk.edit(|text| text.replacen("procedure = \"rinuncia-mensa\"", "procedure = \"altra\"", 1));
    fs::write(desk.path("rinuncia-mensa.en.toml"), "title = \"T\"\n").expect("writes");
    let (code, words) = desk.check(&desk.form());
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("rinuncia-mensa.en.toml:1: manca la traduzione"), "{words}");
}

#[test]
fn a_form_is_published_for_days_or_to_the_minute() {
    let desk = Desk::new();
    let settings = desk.path("ente.toml");
    fs::write(&settings, SETTINGS).expect("writes");
    let add = ["ente", "add", "prova", "--settings", &settings.display().to_string(), "--admin", "RSSMRA85C12B442I"];
    assert_eq!(desk.run(&add).0, Some(0));
    for (version, (dal, al)) in
        [("2026-06-01", "2026-06-01"), ("2026-06-01T08:30", "2026-06-15T12:00")].iter().enumerate()
    {
        let (code, words) = desk.publish(dal, al);
        assert_eq!((code, words.trim()), (Some(0), format!("published as version {}", version + 1).as_str()));
    }
    let (code, words) = desk.publish("2026-06-02", "2026-06-01");
    assert_eq!(code, Some(3), "{words}");
    assert_eq!(desk.publish("2026-06-01T8", "2026-06-01").0, Some(2));
    let database = rusqlite::Connection::open(desk.path("data/sportello.db")).expect("opens");
    let mut windows =
        database.prepare("SELECT opens_at, closes_at FROM modello_publication ORDER BY version").expect("reads");
    let windows = windows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).expect("rows");
    let windows: Vec<_> = windows.map(|row| row.expect("a window")).collect();
    let begin = |texts: &(String, String)| (texts.0[..16].to_owned(), texts.1[..16].to_owned());
    // Italian summer time is two hours ahead.
    let expected = [("2026-05-31T22:00", "2026-06-01T22:00"), ("2026-06-01T06:30", "2026-06-15T10:00")];
    assert_eq!(windows.iter().map(begin).collect::<Vec<_>>(), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn the_schema_names_every_question() {
    let desk = Desk::new();
    let (code, words) = desk.run(&["modelli", "schema", &desk.form().display().to_string()]);
    assert_eq!(code, Some(0), "{words}");
    for piece in ["https://json-schema.org/draft/2020-12/schema", "\"motivo\"", "\"sospensione\""] {
        assert!(words.contains(piece), "{piece}: {words}");
    }
}

/// A preview that runs until it is dropped.
struct Preview {
    program: Child,
    /// What it says is read for as long as it runs.
    _words: BufReader<ChildStdout>,
    /// Host and port.
    host: String,
}

impl Preview {
    fn start(desk: &Desk) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_sportello"))
            .env_clear()
            .env("SPORTELLO_LOG", "error")
            .args(["modelli", "preview", &desk.form().display().to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        let mut words = BufReader::new(program.stdout.take().expect("piped"));
        words.read_line(&mut line).expect("says where it is");
        let host = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { program, _words: words, host }
    }

    /// Sends a request; gives the whole answer.
    fn ask(&self, method: &str, path: &str, host: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).expect("the preview listens");
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sends");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn page(&self, name: &str) -> String {
        self.ask("GET", &format!("{DRAFT}{name}"), &self.host, "")
    }

    fn send(&self, name: &str, body: &str) -> String {
        self.ask("POST", &format!("{DRAFT}{name}"), &self.host, &format!("revisione=1&_azione=avanti&{body}"))
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// The draft of a preview.
const DRAFT: &str = "/anteprima/compila/00000000-0000-0000-0000-000000000000";

#[test]
fn a_preview_follows_the_files_and_keeps_what_was_typed() {
    let desk = Desk::new();
    let preview = Preview::start(&desk);
    let tasks = preview.page("");
    assert!(tasks.starts_with("HTTP/1.0 200") && tasks.contains("Rinuncia o sospensione"), "{tasks}");
    assert!(tasks.contains("niente viene inviato") && tasks.contains("Giulia Brambilla"), "{tasks}");
    let again = preview.send("/privacy", "");
    assert!(again.starts_with("HTTP/1.0 422") && again.contains("aria-invalid"), "{again}");
    let next = preview.send("/privacy", "privacy=si");
    assert!(next.starts_with("HTTP/1.0 303") && next.contains(&format!("{DRAFT}/richiedente")), "{next}");
    assert!(preview.page("/richiedente").contains("BRMGLI86C54A794C"));

    // A fault stands in the place of the form, with its place and a remedy; the form is back once it is mended.
    desk.edit(|text| text.replacen("kind = \"iscrizione_ref\"", "kind = \"iscrizione\"", 1));
    let faults = preview.page("/rinuncia");
    assert!(faults.starts_with("HTTP/1.0 422"), "{faults}");
    assert!(faults.contains("rinuncia-mensa.toml, riga ") && faults.contains("Rimedio: "), "{faults}");
    desk.edit(|text| {
        let mended = text.replacen("kind = \"iscrizione\"", "kind = \"iscrizione_ref\"", 1);
        mended.replacen("label = \"Alunno\"", "label = \"Chi smette\"", 1)
    });
    assert!(preview.page("/rinuncia").contains("Chi smette"));
    assert!(preview.page("").contains("Completato"), "the tick of the first page is still there");
    let summary = preview.page("/riepilogo");
    assert!(summary.contains("Luca Brambilla") || summary.contains("Chi smette"), "{summary}");
    let refused = preview.ask("POST", &format!("{DRAFT}/riepilogo"), &preview.host, "dichiaro=si&_azione=invia");
    assert!(refused.starts_with("HTTP/1.0 422"), "questions are open: {refused}");
}

#[test]
fn a_preview_is_for_this_machine_alone() {
    let desk = Desk::new();
    let form = desk.form().display().to_string();
    let (code, words) = desk.run(&["modelli", "preview", &form, "--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(3), "{words}");
    assert!(words.contains("this machine alone"), "{words}");
    let preview = Preview::start(&desk);
    let other = preview.ask("GET", DRAFT, "evil.example", "");
    assert!(other.starts_with("HTTP/1.0 421"), "{other}");
    assert!(preview.ask("GET", "/servizi", &preview.host, "").starts_with("HTTP/1.0 404"));
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
