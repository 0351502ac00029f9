// The people as whom every page is looked at, and where their pages begin.
export const VISITORS = [
  { who: 'nobody', start: '/calvenzano/' },
  { who: 'door', start: '/pagopa/calvenzano' },
  { who: 'parent', start: '/calvenzano/', name: 'Maria Colleoni' },
  { who: 'clerk', start: '/calvenzano/ufficio', name: 'Anna Brambilla', staff: true },
  { who: 'administrator', start: '/calvenzano/ufficio', name: 'Teresa Locatelli', staff: true },
  { who: 'auditor', start: '/calvenzano/ufficio', name: 'Elena Bassi', staff: true },
  { who: 'school', start: '/calvenzano/scuola', name: 'Ines Rota', staff: true },
];
