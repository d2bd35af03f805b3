/** A mailbox: its address always shows, since anybody can write under any name. */
export function Person({ name, address }: { name: string | null; address: string }) {
  if (!name || name === address) return <span className="break-all">{address}</span>;
  return (
    <span className="break-words">
      {name} <span className="break-all text-muted">&lt;{address}&gt;</span>
    </span>
  );
}
