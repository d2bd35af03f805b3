import type { PersonView } from '#contract/access.ts';
import { type CustomerView, serviceModel, serviceModelNames } from '#contract/customers.ts';
import { roleNames } from '#contract/roles.ts';
import type { FieldSpec } from '../../ui/form.ts';

/** The code of a customer that is to be added. */
export const codeField: FieldSpec = {
  name: 'code',
  label: 'Code',
  kind: 'text',
  required: true,
  help: 'Capitals and digits, such as KOWHAI. It can’t be changed.',
};

/** The places in which the vendor's people look after a customer, each with its role. */
export const accountPlaces = [
  ['director', 'commercial-director'],
  ['consultant', 'lead-consultant'],
  ['teamLead', 'customer-team-lead'],
] as const;

/** What may change of a customer, as it is now when there is one. */
export function customerFields(people: PersonView[], now?: CustomerView): FieldSpec[] {
  return [
    { name: 'name', label: 'Name', kind: 'text', required: true, initial: now?.name },
    {
      name: 'serviceModel',
      label: 'Service model',
      kind: 'select',
      required: true,
      initial: now?.serviceModel,
      options: serviceModel.options.map((value) => ({ value, label: serviceModelNames[value] })),
    },
    ...accountPlaces.map(
      ([name, role]): FieldSpec => ({
        name,
        label: roleNames[role],
        kind: 'select',
        initial: now?.[name]?.id,
        options: people
          .filter((person) => person.roles.includes(role))
          .map((one) => ({ value: one.id, label: one.name })),
      }),
    ),
    { name: 'headCount', label: 'Head count', kind: 'number', initial: now?.headCount ?? undefined },
    {
      name: 'domains',
      label: 'Mail domains',
      kind: 'lines',
      initial: now?.domains.join('\n'),
      help: 'One on each line. Mail from them is recognised as this customer’s.',
    },
  ];
}
