//! Stage "spid": the federation's own validators against the real portal, in production mode and over TLS.
//!
//! They say nothing about wrapped, replayed or foreign answers: those are tests of `sportello-identity` and of the web.

mod profile;
mod report;
mod stand;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, repo};
use profile::{Face, PROFILES, PUBLIC};
use report::Report;
use stand::Stand;

/// Checks that leave no line of their own in the reports, each with the reason; most cannot mean anything here.
const WITHOUT_A_LINE: [(&str, &str); 11] = [
    (
        "SpidSpMetadataCheckExtra.test_metadata_no_newlines",
        "its pattern fits the empty text, so it warns of everything",
    ),
    (
        "SpidSpMetadataCheckExtra.test_Contacts_IPACode",
        "it looks the code up in the index of the administrations, online",
    ),
    ("SpidSpMetadataCheckExtra.test_Contacts_Priv", "for private service providers"),
    ("SpidSpMetadataCheckExtra.test_Contacts_Priv_VAT", "for private service providers"),
    (
        "SpidSpMetadataCheckExtra.test_entityid_match_url",
        "a recommendation: our entity id is the address of the ente and stays when paths change",
    ),
    (
        "SpidSpAuthnReqCheckExtra.test_authnrequest_no_newlines",
        "its pattern fits the empty text, so it warns of everything",
    ),
    ("SpidSpAuthnReqCheckExtra.test_Subject", "for requests with a subject: ours have none"),
    (
        "SpidSpMetadataCheckExtra.test_AttributeConsumingService_extra",
        "run, but it looks for attributes where none are",
    ),
    ("SpidSpMetadataCheckExtra.test_spid_compliant_certificates", "run, but its lines have no name"),
    ("SpidSpAuthnReqCheckExtra.test_xsd", "run, but it leaves a line only when it fails"),
    ("SpidSpAuthnReqCheckExtra.test_Conditions", "for requests with conditions: ours have none"),
];
/// Checks that say more under `--production`, or that no profile calls. Not the whole profile: that asks the internet.
const PRODUCTION_CHECKS: [&str; 10] = [
    "test_EntityDescriptor",
    "test_SingleLogoutService",
    "test_AssertionConsumerService",
    "test_AttributeConsumingService_extra",
    "test_Organization",
    "test_spid_compliant_certificates",
    "test_entityid_qs",
    "test_AuthnRequest",
    "test_AuthnRequest_SPID",
    "test_xsd",
];

/// Runs everything; the reports stay in `target/spid`.
pub fn run(root: &Path) -> Result<()> {
    let tools = Tools::install(root)?;
    let stand = Stand::start(root, &tools)?;
    let mut faults = Vec::new();

    let mut reports = Vec::new();
    for face in &PROFILES {
        let (report, wrong) = check_face(&tools, &stand, face)?;
        faults.extend(wrong.into_iter().map(|fault| format!("{}: {fault}", face.name)));
        reports.push((face.name, report));
    }
    let mut arguments = vec!["--production", "--list"];
    arguments.extend(PRODUCTION_CHECKS);
    let production = validate(&tools, &stand, &PUBLIC, "production", &arguments)?;
    faults.extend(production.faults(&[("metadata_extra", 72), ("authnrequest_extra", 22)]));
    reports.push(("production rules", production));

    let ran = reports.iter().flat_map(|(_, report)| report.methods()).collect();
    let known = process::output(tools.python().arg(root.join("xtask/spid/checks.py")))?;
    faults.extend(report::unexplained(&known, &ran, &WITHOUT_A_LINE));
    let (certificate, wrong_papers) = stand.papers()?;
    faults.extend(wrong_papers);
    let (checked, wrong) = check_certificate(&tools, &stand, &certificate)?;
    faults.extend(wrong);

    for (name, report) in &reports {
        println!("{name}: {}", report.summary());
    }
    println!("certificate: {checked} checks");
    sign_by_pysaml2(root, &tools)?;
    for (check, reason) in WITHOUT_A_LINE {
        println!("no line of {check}: {reason}");
    }
    println!("reports: {}", stand.folder.display());
    if faults.is_empty() { Ok(()) } else { bail!("{} checks failed:\n{}", faults.len(), faults.join("\n")) }
}

/// Everything that a profile checks; answers the faults too.
fn check_face(tools: &Tools, stand: &Stand, face: &Face) -> Result<(Report, Vec<String>)> {
    let pages = stand.folder.join(format!("pages-{}", face.name));
    let mut arguments = vec!["--profile", face.profile];
    if face.least.iter().any(|(category, _)| *category == "response") {
        arguments.extend(["--test-response", "--response-html-dumps", report::text(&pages)?]);
    }
    let report = validate(tools, stand, face, face.name, &arguments)?;
    let mut faults = report.faults(face.least);
    faults.extend(report.page_faults(&pages)?);
    Ok((report, faults))
}

/// The test of `sportello-identity` that has its responses signed by pysaml2, which came with the validators.
fn sign_by_pysaml2(root: &Path, tools: &Tools) -> Result<()> {
    let python = tools.environment.join("bin/python");
    process::run(
        process::cargo()
            .args(["test", "--locked", "--package", "sportello-identity", "--test", "spid", "pysaml2"])
            .env("SPORTELLO_PYSAML2", python)
            .current_dir(root),
    )
}

/// One run of `spid_sp_test`.
fn validate(tools: &Tools, stand: &Stand, face: &Face, name: &str, arguments: &[&str]) -> Result<Report> {
    let file = stand.folder.join(format!("{name}.json"));
    let mut command = tools.program("spid_sp_test");
    stand.reach(&mut command)?;
    command
        .env("IDP_ENTITYID", face.validator.entity_id)
        .args(["--metadata-url", &face.address(face.metadata)])
        .args(["--authn-url", &face.address(&face.start())])
        .args(["--extra", "--debug", "ERROR", "--exit-zero", "--report_format", "json", "--report-output-file"])
        .arg(&file)
        .args(arguments);
    process::run(&mut command)?;
    Report::read(&file)
}

/// Checks a certificate; answers the number of checks and the faults.
fn check_certificate(tools: &Tools, stand: &Stand, pem: &Path) -> Result<(usize, Vec<String>)> {
    let file = stand.folder.join("certificate.txt");
    let mut command = tools.program("spid-compliant-certificates");
    command.args(["validator", "--sector", "public", "--out-form", "txt", "--crt-file"]).arg(pem);
    command.arg("--out-file").arg(&file);
    process::output(&mut command)?;
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    Ok(report::certificate(&text))
}

/// The validators in a Python environment of their own, below `target/`.
pub struct Tools {
    environment: PathBuf,
}

impl Tools {
    /// Installs the versions of `xtask/spid/requirements.txt`, unless they already stand there.
    fn install(root: &Path) -> Result<Self> {
        let tools = Self { environment: repo::target().join("spid-validators") };
        let wanted = root.join("xtask/spid/requirements.txt");
        let lock = repo::fingerprint(std::slice::from_ref(&wanted))?;
        let stamp = tools.environment.join(".sportello-lock");
        if fs::read_to_string(&stamp).is_ok_and(|known| known == lock) {
            return Ok(tools);
        }
        // Debian keeps what makes an environment apart from Python.
        if !process::works(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
            process::apt_install(&["python3", "python3-venv"])?;
        }
        println!("installing the validators of SPID ...");
        process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&tools.environment))?;
        process::run(
            tools
                .python()
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
                .arg(&wanted),
        )?;
        fs::write(&stamp, lock).with_context(|| format!("writing {}", stamp.display()))?;
        Ok(tools)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.environment.join("bin").join(name));
        // They warn of what will change in later versions of what they use; the versions here are fixed.
        command.env("PYTHONWARNINGS", "ignore").env("PYTHONUTF8", "1");
        command
    }

    fn python(&self) -> Command {
        self.program("python3")
    }
}
