using System.Numerics;
using Choir.ActorHost.Ledger.Contract;
using Choir.Tests.Support;
using Nethereum.Contracts;
using Nethereum.Contracts.CQS;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Util;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace Offline.Tests.Nethereum;

/// <summary>What the stand-in signs and encodes is taken by a real node, with Choir's real contract.</summary>
public sealed class AnvilTests : IAsyncLifetime
{
    private static readonly BigInteger Gwei = BigInteger.Pow(10, 9);

    private AnvilProcess _anvil = null!;
    private HttpClient _http = null!;
    private Account _account = null!;
    private Web3 _web3 = null!;

    public async ValueTask InitializeAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        _account = new Account(AnvilProcess.FirstPrivateKey, 31337);
        _web3 = new Web3(_account, new RpcClient(_anvil.Url, _http));
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_anvil is not null) await _anvil.DisposeAsync();
    }

    [Fact]
    public async Task A_node_says_who_and_where_it_is()
    {
        Assert.Equal(31337, (await _web3.Eth.ChainId.SendRequestAsync()).Value);
        Assert.Equal(0, (await _web3.Eth.Blocks.GetBlockNumber.SendRequestAsync()).Value);
        Assert.True((await _web3.Eth.GasPrice.SendRequestAsync()).Value > 0);
        Assert.False((await _web3.Eth.Syncing.SendRequestAsync()).IsSyncing);
        var blocks = _web3.Eth.Blocks.GetBlockWithTransactionsHashesByNumber;
        var genesis = await blocks.SendRequestAsync(new BlockParameter(0));
        Assert.NotNull(genesis);
        Assert.Equal(66, genesis.BlockHash!.Length);
        Assert.True(genesis.Timestamp.Value > 1_700_000_000);
        Assert.NotNull(genesis.BaseFeePerGas);
        Assert.Null(await blocks.SendRequestAsync(new BlockParameter(1_000)));
    }

    [Fact]
    public async Task A_contract_is_deployed_called_and_read()
    {
        var address = await DeployAsync();
        byte[] cycle = Keccak.Hash("cycle"), thread = Keccak.Hash("thread");
        Assert.False(await RecordedAsync(address, cycle));

        var receipt = await RecordAsync(address, cycle, thread);
        Assert.False(receipt.HasErrors());
        Assert.InRange(receipt.GasUsed.Value, 40_000, 60_000);
        Assert.True(await RecordedAsync(address, cycle));

        var emitted = Assert.Single(receipt.DecodeAllEvents<CycleRecordedEvent>());
        Assert.Equal(cycle, emitted.Event.CycleHash);
        Assert.Equal(thread, emitted.Event.ThreadHash);
        Assert.Equal(_account.Address, emitted.Event.Author);

        var events = _web3.Eth.GetEvent<CycleRecordedEvent>(address);
        var found = Assert.Single(await events.GetAllChangesAsync(
            events.CreateFilterInput([cycle], new BlockParameter(0), BlockParameter.CreateLatest())));
        Assert.Equal(receipt.TransactionHash, found.Log.TransactionHash);
        Assert.Equal(receipt.BlockNumber.Value, found.Log.BlockNumber!.Value);
        Assert.Empty(await events.GetAllChangesAsync(
            events.CreateFilterInput([Keccak.Hash("other")], new BlockParameter(0), BlockParameter.CreateLatest())));
    }

    [Fact]
    public async Task A_contracts_own_error_becomes_an_exception_with_its_data()
    {
        var address = await DeployAsync();
        var cycle = Keccak.Hash("cycle");
        await RecordAsync(address, cycle, cycle);
        var handler = _web3.Eth.GetContractTransactionHandler<RecordFunction>();
        var refusal = await Assert.ThrowsAsync<SmartContractCustomErrorRevertException>(() =>
            handler.EstimateGasAsync(address, new RecordFunction { CycleHash = cycle, ThreadHash = cycle, Author = _account.Address }));
        var selector = Keccak.Hash("AlreadyRecorded(bytes32)")[..4].ToHex(prefix: true);
        Assert.Equal(selector + cycle.ToHex(), refusal.ExceptionEncodedData);
    }

    [Fact]
    public async Task A_transaction_from_before_EIP_1559_is_taken_too()
    {
        var address = await DeployAsync();
        var message = new RecordFunction
        {
            CycleHash = Keccak.Hash("old"),
            ThreadHash = Keccak.Hash("old"),
            Author = _account.Address,
            GasPrice = 3 * Gwei,
            Nonce = await NonceAsync(),
        };
        var raw = await _web3.Eth.GetContractTransactionHandler<RecordFunction>().SignTransactionAsync(address, message);
        Assert.False((await SendAsync(raw)).HasErrors());
    }

    [Fact]
    public async Task The_hash_of_a_transaction_is_known_before_it_is_sent_and_it_waits_to_be_mined()
    {
        await using var slow = await AnvilProcess.StartAsync(0, "--no-mining");
        using var http = new HttpClient();
        var web3 = new Web3(_account, new RpcClient(slow.Url, http));
        var raw = await SignDeploymentAsync(web3, nonce: 0);
        var hash = "0x" + TransactionUtils.CalculateTransactionHash(raw);
        Assert.Null(await web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(hash));
        Assert.Equal(hash, await web3.Eth.Transactions.SendRawTransaction.SendRequestAsync(raw));
        var waiting = await web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(hash);
        Assert.NotNull(waiting);
        Assert.Null(waiting.BlockNumber);
        Assert.Null(await web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync(hash));
        Assert.Equal(1, await CountAsync(web3, BlockParameter.CreatePending()));
        Assert.Equal(0, await CountAsync(web3, BlockParameter.CreateLatest()));
    }

    [Fact]
    public async Task What_the_node_refuses_is_told_in_its_words()
    {
        var refusal = await Assert.ThrowsAsync<RpcResponseException>(() =>
            _web3.Eth.Transactions.SendRawTransaction.SendRequestAsync("0x02"));
        Assert.Contains("eth_sendRawTransaction", refusal.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, refusal.RpcError.Code);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_in_time_is_a_timeout()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(300) };
        var web3 = new Web3(new RpcClient(_anvil.Url, http));
        _anvil.Freeze();
        await Assert.ThrowsAsync<RpcClientTimeoutException>(() => web3.Eth.ChainId.SendRequestAsync());
        _anvil.Continue();
    }

    [Fact]
    public async Task A_node_that_is_gone_is_told_apart_from_one_that_refuses()
    {
        await _anvil.DisposeAsync();
        _anvil = null!;
        await Assert.ThrowsAsync<RpcClientUnknownException>(() => _web3.Eth.ChainId.SendRequestAsync());
    }

    private async Task<string> DeployAsync()
    {
        var receipt = await SendAsync(await SignDeploymentAsync(_web3, await NonceAsync()));
        Assert.NotEqual("0x", await _web3.Eth.GetCode.SendRequestAsync(receipt.ContractAddress!));
        return receipt.ContractAddress!;
    }

    private static async Task<string> SignDeploymentAsync(Web3 web3, BigInteger nonce)
    {
        var handler = web3.Eth.GetContractDeploymentHandler<ChoirLedgerDeployment>();
        var message = new ChoirLedgerDeployment { Nonce = nonce, MaxFeePerGas = 3 * Gwei, MaxPriorityFeePerGas = Gwei };
        message.Gas = (await handler.EstimateGasAsync(message)).Value;
        return await handler.SignTransactionAsync(message);
    }

    private async Task<TransactionReceipt> RecordAsync(string address, byte[] cycle, byte[] thread)
    {
        var message = new RecordFunction
        {
            CycleHash = cycle,
            ThreadHash = thread,
            Author = _account.Address,
            Nonce = await NonceAsync(),
            MaxFeePerGas = 3 * Gwei,
            MaxPriorityFeePerGas = Gwei,
        };
        var handler = _web3.Eth.GetContractTransactionHandler<RecordFunction>();
        return await SendAsync(await handler.SignTransactionAsync(address, message));
    }

    private Task<bool> RecordedAsync(string address, byte[] cycle) =>
        _web3.Eth.GetContractQueryHandler<RecordedFunction>().QueryAsync<bool>(address, new RecordedFunction { CycleHash = cycle });

    private async Task<TransactionReceipt> SendAsync(string raw)
    {
        var hash = await _web3.Eth.Transactions.SendRawTransaction.SendRequestAsync(raw);
        return await Eventually.Gives(
            $"the receipt of {hash}", () => _web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync(hash)!);
    }

    private Task<BigInteger> NonceAsync() => CountAsync(_web3, BlockParameter.CreatePending());

    private async Task<BigInteger> CountAsync(Web3 web3, BlockParameter block) =>
        (await web3.Eth.Transactions.GetTransactionCount.SendRequestAsync(_account.Address, block)).Value;
}
