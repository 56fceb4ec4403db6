namespace Choir.Tests.Support.Hostile;

/// <summary>A real anvil behind a <see cref="HostileNode"/>, shared by the tests of a class.</summary>
public sealed class HostileNodeFixture : IAsyncLifetime
{
    private AnvilProcess? _anvil;
    private HostileNode? _node;

    public async ValueTask InitializeAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _node = await HostileNode.StartAsync(_anvil.Url);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        if (_anvil is not null)
        {
            await _anvil.DisposeAsync();
        }
    }

    /// <summary>The proxy, without the answers of earlier tests.</summary>
    internal HostileNode Reset()
    {
        _node!.Reset();
        return _node;
    }
}
