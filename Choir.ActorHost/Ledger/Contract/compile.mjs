// Compiles ChoirLedger.sol and writes ChoirLedger.json: `npm ci && npm run build`.
// With --print the artifact goes to standard output and the file stays as it is.
import { readFileSync, writeFileSync } from "node:fs";
import solc from "solc";

const here = (name) => new URL(name, import.meta.url);
const file = "ChoirLedger.sol";

const input = {
  language: "Solidity",
  sources: { [file]: { content: readFileSync(here(file), "utf8").replaceAll("\r\n", "\n") } },
  settings: {
    optimizer: { enabled: true, runs: 200 },
    // Paris is what every chain with EIP-1559 runs; later targets use instructions that some lack.
    evmVersion: "paris",
    // No hash of the metadata in the code, so that a comment does not change it.
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  },
};

const output = JSON.parse(solc.compile(JSON.stringify(input)));
const problems = output.errors ?? [];
if (problems.length > 0) {
  problems.forEach((problem) => console.error(problem.formattedMessage));
  process.exit(1);
}

const contract = output.contracts[file].ChoirLedger;
const artifact = JSON.stringify(
  {
    contractName: "ChoirLedger",
    compiler: solc.version(),
    settings: { optimizer: input.settings.optimizer, evmVersion: input.settings.evmVersion },
    abi: contract.abi,
    bytecode: "0x" + contract.evm.bytecode.object,
  },
  null,
  2,
) + "\n";

if (process.argv.includes("--print")) process.stdout.write(artifact);
else writeFileSync(here("ChoirLedger.json"), artifact);
