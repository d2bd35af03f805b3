/** A fault of a file as such: its stable code, words for people, and whether it rejects the file as a whole. */
export interface FileFault {
  message: string;
  mend: string;
  wholeFile: boolean;
}

/** Every fault that a file of any format can have; those of its rows come with the format's own rules. */
export const fileFaults = {
  'file-empty': {
    message: 'The file has no bytes',
    mend: 'Send the file again; the upload may have been cut off.',
    wholeFile: true,
  },
  'file-name': {
    message: 'The name does not follow the agreed pattern',
    mend: 'Name it as the exchange agrees, by default {CUSTOMER}_EMP_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{NNN}.csv.',
    wholeFile: true,
  },
  'file-customer': {
    message: 'The name begins with the code of somebody else',
    mend: 'Begin the name with your own customer code.',
    wholeFile: true,
  },
  'file-stamp': {
    message: 'The name carries a day or a time that does not exist',
    mend: 'Write the time in UTC as YYYYMMDDTHHMMSSZ, at which the file was made.',
    wholeFile: true,
  },
  'file-stamp-ahead': {
    message: 'The name carries a time more than a day ahead',
    mend: 'Write the time in UTC at which the file was made; every later file would come behind it.',
    wholeFile: true,
  },
  'not-vouched': {
    message: 'Nothing shows that the file is whole, and the exchange asks for that',
    mend: 'Upload it under a name with .part and rename it, or put a control file with sha256 or rows before it.',
    wholeFile: true,
  },
  'encoding-utf16': {
    message: 'The file is UTF-16',
    mend: 'Export it as UTF-8. In a spreadsheet program: "CSV UTF-8".',
    wholeFile: true,
  },
  'encoding-not-utf8': {
    message: 'The file is not valid UTF-8 from this line on; it may be Windows-1252',
    mend: 'Export it as UTF-8. Nothing was replaced or guessed.',
    wholeFile: true,
  },
  'nul-byte': {
    message: 'The line holds a NUL byte',
    mend: 'Export the file again as plain UTF-8 text.',
    wholeFile: true,
  },
  'quote-unclosed': {
    message: 'A quotation mark that opens a field here is never closed',
    mend: 'Close it, or write a quotation mark inside a field twice.',
    wholeFile: true,
  },
  'quote-misplaced': {
    message:
      'A quotation mark stands inside a field that does not begin with one, or text follows a closing one',
    mend: 'Put the whole field in quotation marks and write those inside it twice.',
    wholeFile: true,
  },
  'record-too-long': {
    message: 'A line is longer than 65,536 characters',
    mend: 'Check the line ends (LF or CRLF) and the quotation marks.',
    wholeFile: true,
  },
  'file-cut-off': {
    message: 'The last line has no line break, so it is cut off, or could be',
    mend: 'Send the whole file again with LF or CRLF after its last line, or a control file with its sha256. Nothing of it was loaded.',
    wholeFile: true,
  },
  'header-missing': {
    message: 'The first line names no column of the format',
    mend: 'Begin the file with the header; the blank template has it.',
    wholeFile: true,
  },
  'header-unnamed-column': {
    message: 'A column between others has no name',
    mend: 'Name it as the format does, or take it out.',
    wholeFile: true,
  },
  'header-near-column': {
    message: 'The name of a column is almost one of the format',
    mend: 'Write the name as the format does; nothing was guessed.',
    wholeFile: true,
  },
  'header-delimiter': {
    message: 'The header is not separated as agreed',
    mend: 'Separate columns by the delimiter that the exchange names.',
    wholeFile: true,
  },
  'header-missing-column': {
    message: 'The header lacks a column that is required',
    mend: 'Add the column; the blank template has them all.',
    wholeFile: true,
  },
  'header-duplicate-column': {
    message: 'The header names a column twice',
    mend: 'Take one of them out.',
    wholeFile: true,
  },
  'header-unknown-column': {
    message: 'The header has a column that the format does not know; it is not read',
    mend: 'Take it out, or mend its name.',
    wholeFile: false,
  },
  'no-rows': {
    message: 'The file has a header and no rows',
    mend: 'Send every employee in a FULL file.',
    wholeFile: true,
  },
  'too-many-rows': {
    message: 'The file has more rows than the limit; reading stopped here',
    mend: 'Send the rows in several DELTA files.',
    wholeFile: true,
  },
  'too-many-errors': {
    message: 'More rows have errors than the exchange accepts, so no row was loaded',
    mend: 'Mend the rows in the error file and send the whole file again.',
    wholeFile: true,
  },
  'control-unreadable': {
    message: 'The control file is not the JSON it should be',
    mend: 'Send {file, sha256, rows, mode}; see the format page.',
    wholeFile: true,
  },
  'control-unknown-key': {
    message: 'The control file has a key that is not known, so nobody checks what it says',
    mend: 'Take it out, or write it as the format page does.',
    wholeFile: true,
  },
  'control-value': {
    message: 'The control file has a value of another kind than its key takes',
    mend: 'Write it as the format page does.',
    wholeFile: true,
  },
  'control-sum': {
    message: 'The sum of a column is not the one in the control file',
    mend: 'Send the whole file again, with a control file made from it.',
    wholeFile: true,
  },
  'control-file': {
    message: 'The control file was made for a file of another name',
    mend: 'Name the file in it as it is uploaded, or leave `file` out.',
    wholeFile: true,
  },
  'control-sha256': {
    message: 'The SHA-256 of the file is not the one in its control file',
    mend: 'Send both again; the file was changed or cut off on its way.',
    wholeFile: true,
  },
  'control-rows': {
    message: 'The file does not have as many rows as its control file says',
    mend: 'Send the whole file again, with a control file made from it.',
    wholeFile: true,
  },
  'control-mode': {
    message: 'The control file names another mode than the file name does',
    mend: 'Make both FULL or both DELTA.',
    wholeFile: true,
  },
  'control-total': {
    message: 'The sum of the digits-only employee numbers is not the one in the control file',
    mend: 'Send the whole file again, with a control file made from it.',
    wholeFile: true,
  },
  'field-count': {
    message: 'The row does not have as many fields as the header',
    mend: 'Check its separators and quotation marks.',
    wholeFile: false,
  },
  'empty-columns-skipped': {
    message: 'Empty columns at the end were skipped',
    mend: 'Nothing to do; the export need not write them.',
    wholeFile: false,
  },
  'empty-rows-skipped': {
    message: 'Empty rows were skipped',
    mend: 'Nothing to do; the export need not write them.',
    wholeFile: false,
  },
  'no-final-line-break': {
    message: 'The last line has no line break; the sha256 of the control file shows that it is whole',
    mend: 'End every line with LF or CRLF.',
    wholeFile: false,
  },
  'no-changes': {
    message: 'The file has a header and no rows, so it changes nothing',
    mend: 'If changes were due, export it again and check its line ends.',
    wholeFile: false,
  },
  'would-be-duplicate': {
    message: 'These bytes were applied before; sent for real they would be answered as a duplicate',
    mend: 'Nothing to do for a test.',
    wholeFile: false,
  },
  'many-ends': {
    message: 'The file ends more employments than the exchange accepts without a second person',
    mend: 'Check the end dates, then have a second person approve or reject it.',
    wholeFile: false,
  },
  'many-new': {
    message: 'The file brings more new employees than the exchange accepts without a second person',
    mend: 'Check the employee numbers, with their leading zeros, then have a second person approve or reject it.',
    wholeFile: false,
  },
  'many-bank-changes': {
    message:
      'The file changes the bank accounts of more people than the exchange accepts without a second person',
    mend: 'Check that no rows or columns have slipped, then have a second person approve or reject it.',
    wholeFile: false,
  },
  'many-identity-changes': {
    message: 'The file gives more people another name, date of birth or IRD number than the exchange accepts',
    mend: 'Check that no column was sorted by itself, then have a second person approve or reject it.',
    wholeFile: false,
  },
  'many-pay-changes': {
    message:
      'The file changes the pay of more people by more than the exchange accepts without a second person',
    mend: 'Check the amounts and their decimal points, then have a second person approve or reject it.',
    wholeFile: false,
  },
  'pay-far-off': {
    message: 'The file changes pay to many times as much, or to a small part',
    mend: 'Check the amounts and their decimal points, then have a second person approve or reject it.',
    wholeFile: false,
  },
  'values-unlikely': {
    message: 'The file has values that are hardly ever true; the rows name them',
    mend: 'Check them, then have a second person approve or reject the file.',
    wholeFile: false,
  },
  'supersedes-held': {
    message: 'The file takes the place of a held one of the same name',
    mend: 'Look at the difference before you approve it.',
    wholeFile: false,
  },
  'headcount-drop': {
    message: 'The FULL file lacks more employees than the exchange accepts without a second approval',
    mend: 'Check the file, then have a second person approve or reject it.',
    wholeFile: false,
  },
  'not-in-full-file': {
    message:
      'The employee is employed in payroll, but has no good row in this FULL file; the file ends nobody',
    mend: 'Send a row for the employee: with an end_date if the employment has ended.',
    wholeFile: false,
  },
  'not-storable': {
    message: 'A value passed every check but cannot be stored; parts of the file before it are applied',
    mend: 'Ask the vendor, who sees the cause; send the mended file whole. Nothing is applied twice.',
    wholeFile: false,
  },
  'not-processed': {
    message: 'The file could not be worked on for a fault of ours, which we look into',
    mend: 'Wait: a person lets it go on. Nothing is to be sent again.',
    wholeFile: false,
  },
  'out-of-order': {
    message: 'The name carries an earlier time or number than a file that was applied already',
    mend: 'Approve it if it is meant to come late, or reject it.',
    wholeFile: false,
  },
} as const satisfies Record<string, FileFault>;
export type FileFaultCode = keyof typeof fileFaults;
