// The mode is given by the test: HARDFORK, and BLOCKS: "auto", "manual", or an interval in milliseconds.
const blocks = process.env.BLOCKS || "auto";
module.exports = {
  networks: {
    hardhat: {
      chainId: 31337,
      hardfork: process.env.HARDFORK || "cancun",
      mining: { auto: blocks === "auto", interval: Number(blocks) || 0 },
    },
  },
};
