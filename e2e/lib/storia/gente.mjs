// People of the demo who file, each with a child and answers of their own: their walks never meet.

const figlia = (codice, cognome, nome, nascita) => ({ codice, cognome, nome, nascita });

// Nobody of them has filed before.
export const GENITORI = [
  { nome: 'Giulia', cognome: 'Bianchi', figlio: figlia('BNCGNS21D45L400J', 'Bianchi', 'Agnese', [5, 4, 2021]) },
  { nome: 'Teresa', cognome: 'Locatelli', figlio: figlia('LCTTBO19P17A794O', 'Locatelli', 'Tobia', [17, 9, 2019]) },
  { nome: 'Bruno', cognome: 'Galli', figlio: figlia('GLLLVO18T42F205P', 'Galli', 'Olivia', [2, 12, 2018]) },
  { nome: 'Laura', cognome: 'Riva', figlio: figlia('RVINEE20H23B442U', 'Riva', 'Enea', [23, 6, 2020]) },
];
// Files with the keyboard alone.
export const ANNA = { nome: 'Anna', cognome: 'Brambilla', figlio: figlia('BRMCSR19R30L400E', 'Brambilla', 'Cesare', [30, 10, 2019]) };
// Her smallest child is enrolled, with two invoices to pay.
export const MARIA = { nome: 'Maria', cognome: 'Colleoni', codice: 'CLLMRA86C54B442Z', iscritto: 'Giacomo Colleoni' };
// Her debts are debited by the bank.
export const ELENA = { nome: 'Elena', cognome: 'Fumagalli', codice: 'FMGLNE88E57A794M' };
export const PAOLO = { nome: 'Paolo', cognome: 'Ferrari', codice: 'FRRPLA84S02A794C' };
// Has a draft that waits for the children.
export const SAMIR = { nome: 'Samir', cognome: 'Haddad', figlio: figlia('HDDSLM19A51A794H', 'Haddad', 'Salma', [11, 1, 2019]) };

export const intero = ({ nome, cognome }) => `${nome} ${cognome}`;

// Values that are kept sealed, each one of a kind: where one is found in clear, it came from the form.
export const RISERVATI = {
  iban: 'IT45J0542811101000097531864',
  isee: '23457,89',
  scadenza: [27, 8, 2031],
  certificato: 'CANARINO celiachia accertata',
  file: 'referto-canarino-7731.pdf',
};

// A small PDF that says `words` in clear.
export function certificato(words) {
  const content = `BT /F1 12 Tf 72 720 Td (${words}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  return Buffer.from(`${text}xref\n0 6\n0000000000 65535 f \n${table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`, 'latin1');
}

const [GIULIA, TERESA, BRUNO, LAURA] = GENITORI;
// Families of the four stories of `prove.mjs`, once for each way in which they are told. The children are invented for them.
export const FAMIGLIE = [
  {
    treFigli: {
      chi: { ...GIULIA, codice: 'BNCGLI90L61L400K' },
      figli: [figlia('BNCZOE16P70L400S', 'Bianchi', 'Zoe', [30, 9, 2016]), GIULIA.figlio, figlia('BNCPTR18H12L400M', 'Bianchi', 'Pietro', [12, 6, 2018])],
    },
    tutore: { chi: { ...LAURA, figlio: figlia('SLAMRA20C43A794W', 'Sala', 'Amira', [3, 3, 2020]) } },
    senzaCodice: { chi: ELENA, figlio: figlia('', 'Fumagalli', 'Nour', [11, 2, 2024]), codice: 'FMGNRO24B51A794U' },
    ritorno: { chi: ANNA },
  },
  {
    treFigli: {
      chi: { ...BRUNO, codice: 'GLLBRN80D18F205R' },
      figli: [figlia('GLLLRD16L19F205D', 'Galli', 'Leonardo', [19, 7, 2016]), figlia('GLLNNI21B48F205T', 'Galli', 'Nina', [8, 2, 2021]), BRUNO.figlio],
    },
    tutore: { chi: { ...TERESA, figlio: figlia('RSSDVD19S14L400C', 'Rossi', 'Davide', [14, 11, 2019]) } },
    senzaCodice: { chi: PAOLO, figlio: figlia('', 'Ferrari', 'Noor', [3, 4, 2024]), codice: 'FRRNRO24D43A794F' },
    ritorno: { chi: { nome: 'Elena', cognome: 'Bassi', figlio: figlia('LCTMTT21E02A794Q', 'Locatelli', 'Mattia', [2, 5, 2021]) } },
  },
];
