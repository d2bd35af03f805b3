/** What may be written down of an error: no value that a person or a customer's system has sent. */
export interface ErrorDescription {
  type: string;
  message: string;
  code?: string;
  /** Of a database error: what it is about. */
  table?: string;
  constraint?: string;
  stack: string;
  cause?: ErrorDescription;
}

const deepestCause = 4;

/**
 * Describes an error for a log. A database error tells the row in its detail and quotes the value in the message of a
 * data exception (SQLSTATE class 22); a parser quotes its input: all of that is left out, and so is every other property.
 */
export function describeError(error: Error, depth = 0): ErrorDescription {
  const { code, table_name, table, constraint_name, constraint, cause } = error as Error &
    Record<string, unknown>;
  const about = {
    code: textOf(code),
    table: textOf(table_name ?? table),
    constraint: textOf(constraint_name ?? constraint),
  };
  return {
    type: error.name,
    message: withoutAddresses(quotesInput(error, about.code) ? withoutQuotes(error.message) : error.message),
    ...Object.fromEntries(Object.entries(about).filter(([, text]) => text !== undefined)),
    stack: framesOf(error),
    ...(cause instanceof Error && depth < deepestCause ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

function quotesInput(error: Error, code: string | undefined): boolean {
  return error instanceof SyntaxError || error instanceof RangeError || /^22[0-9A-Z]{3}$/.test(code ?? '');
}

function withoutQuotes(message: string): string {
  return message.replace(/(["'`]).*\1/gs, '$1…$1');
}

/** Mail servers name the receiver whom they refuse, and drivers the address with its password. */
function withoutAddresses(message: string): string {
  return message.replace(/[^\s<>"'()]+@[^\s<>"'()]+/g, '…@…');
}

/** The stack without its head, which repeats the message. */
function framesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
