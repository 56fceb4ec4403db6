using System.Diagnostics.Tracing;
using Choir.Observability;
using Microsoft.Diagnostics.NETCore.Client;
using Orleans;

namespace Choir.LoadTest.Costs.Recording;

/// <summary>Records the events of one process into a file.</summary>
internal sealed class TraceSession : IAsyncDisposable
{
    /// <summary>The largest file. What the runtime adds at the end, the names of methods, comes on top.</summary>
    public const long MaxBytes = 500L << 20;

    private const long MaxBytesOfNames = 500L << 20;
    private const int BufferMegabytes = 256;
    private const int CopyBytes = 1 << 17;

    // Runtime events: GC (for allocations), loader, JIT (names of methods that are compiled meanwhile), contention.
    private const long RuntimeKeywords = 0x1 | 0x8 | 0x10 | 0x4000;

    // The runtime ends a session within seconds; one that does not is given up.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private static readonly EventPipeProvider[] Providers =
    [
        new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
        new("Microsoft-Windows-DotNETRuntime", EventLevel.Verbose, RuntimeKeywords),
        new(TurnCostSource.SourceName, EventLevel.Informational),
    ];

    private readonly EventPipeSession _session;
    private readonly FileStream _file;
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _copying;
    private readonly Lock _gate = new();
    private Task? _stopping;

    private TraceSession(int processId, EventPipeSession session, FileStream file)
    {
        ProcessId = processId;
        _session = session;
        _file = file;
        _copying = CopyAsync();
    }

    /// <summary>The recorded process.</summary>
    public int ProcessId { get; }

    /// <summary>The file.</summary>
    public string File => _file.Name;

    /// <summary>Why the recording ended early, as a part of a sentence; null if it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Ends when the process has ended or the file is full.</summary>
    public Task Ended => Task.WhenAny(_full.Task, _copying);

    /// <summary>Starts to record.</summary>
    /// <exception cref="CostException">The process cannot be profiled.</exception>
    public static async Task<TraceSession> StartAsync(int processId, string file, CancellationToken cancellationToken)
    {
        try
        {
            var session = await new DiagnosticsClient(processId)
                .StartEventPipeSessionAsync(Providers, requestRundown: true, BufferMegabytes, cancellationToken);
            return new TraceSession(processId, session, new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, CopyBytes));
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new CostException($"Process {processId} cannot be profiled: {Reason(e)}");
        }
    }

    /// <summary>Ends the recording and waits for the rest of the file.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StopTimeout);
        try
        {
            await StopOnceAsync().WaitAsync(timeout.Token);
            await _copying.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Problem ??= $"it did not end the recording within {StopTimeout.TotalSeconds:0} s";
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Problem ??= "the process ended meanwhile";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _copying;
    }

    private Task StopOnceAsync()
    {
        lock (_gate)
        {
            return _stopping ??= _session.StopAsync(CancellationToken.None);
        }
    }

    private async Task CopyAsync()
    {
        var buffer = new byte[CopyBytes];
        long length = 0;
        try
        {
            while (await _session.EventStream.ReadAsync(buffer) is > 0 and var read)
            {
                await _file.WriteAsync(buffer.AsMemory(0, read));
                length += read;
                if (length > MaxBytes && _full.TrySetResult())
                {
                    Problem ??= $"it ended early, because the recording reached {MaxBytes >> 20} MB";
                    StopOnceAsync().Ignore();
                }

                if (length > MaxBytes + MaxBytesOfNames)
                {
                    Problem = $"its recording exceeded {(MaxBytes + MaxBytesOfNames) >> 20} MB";
                    break;
                }
            }

        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            Problem ??= e is ObjectDisposedException ? "it was given up" : $"the file could not be written or the process ended: {e.Message}";
        }
        finally
        {
            // Closed before it is read, which is refused otherwise.
            await _file.DisposeAsync();
        }
    }

    private static bool IsRefusal(Exception e) =>
        e is ServerNotAvailableException or DiagnosticsClientException or TimeoutException or IOException or UnauthorizedAccessException
            or PlatformNotSupportedException or System.Net.Sockets.SocketException;

    private static string Reason(Exception e) => e switch
    {
        ServerNotAvailableException => "it has ended, is no .NET process, belongs to another user, or has its diagnostics turned off.",
        UnauthorizedAccessException => "this user may not.",
        _ => e.Message,
    };
}

/// <summary>A process could not be profiled; the message says why, in a sentence.</summary>
internal sealed class CostException(string message) : Exception(message);
