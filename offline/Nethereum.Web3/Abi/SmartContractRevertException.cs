namespace Nethereum.ABI.FunctionEncoding
{
    /// <summary>A contract refused a call with a message: <c>require(…, "message")</c>.</summary>
    public class SmartContractRevertException : Exception
    {
        internal SmartContractRevertException(string message, string encodedData)
            : base("Smart contract error: " + message)
        {
            RevertMessage = message;
            EncodedData = encodedData;
        }

        /// <summary>The contract's words.</summary>
        public string RevertMessage { get; set; }

        /// <summary>What the contract returned.</summary>
        public string EncodedData { get; set; }
    }
}

namespace Nethereum.Contracts
{
    /// <summary>A contract refused a call with an error of its own.</summary>
    public class SmartContractCustomErrorRevertException : Exception
    {
        internal SmartContractCustomErrorRevertException(string encodedData) : base("Smart contract error") =>
            ExceptionEncodedData = encodedData;

        /// <summary>What the contract returned: the error's selector and its arguments.</summary>
        public string ExceptionEncodedData { get; set; }
    }
}
