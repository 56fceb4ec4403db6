using Microsoft.AspNetCore.Http;

namespace Choir.Tests.Integration.Gateway;

/// <summary>Counts the requests that a gateway works on, also those whose client has got its answer or has gone.</summary>
internal sealed class RunningRequests
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _count);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
