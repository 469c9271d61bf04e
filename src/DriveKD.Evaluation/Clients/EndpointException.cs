using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Clients;

/// <summary>A request that got no answer. The message names the endpoint, the status, and what to do; it never holds a key.</summary>
public sealed class EndpointException : Exception
{
    internal EndpointException(EndpointFault fault, string endpoint, int? status, string what, Exception? innerException = null)
        : base($"{endpoint}: {what}", innerException) =>
        (Fault, Endpoint, Status, What) = (fault, endpoint, status, what);

    /// <summary>What went wrong.</summary>
    public EndpointFault Fault { get; }

    /// <summary>The model and the address.</summary>
    public string Endpoint { get; }

    /// <summary>The HTTP status; null where none came.</summary>
    public int? Status { get; }

    /// <summary>What was found and what to do, without the endpoint.</summary>
    public string What { get; }

    /// <summary>How long the server asks to wait before the next attempt; null where it says nothing.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>Another attempt may succeed.</summary>
    public bool IsTransient => Fault is EndpointFault.Unreachable or EndpointFault.Dropped or EndpointFault.Timeout
        or EndpointFault.TooManyRequests or EndpointFault.ServerError or EndpointFault.Malformed;

    /// <summary>Every other request to this endpoint would fail the same way.</summary>
    public bool ConcernsEveryRequest => Fault is EndpointFault.Unreachable or EndpointFault.Unauthorized or EndpointFault.NotFound
        or EndpointFault.NoCredit or EndpointFault.Moved;

    /// <summary>The fault as a user's problem.</summary>
    public Problem ToProblem() => new(Endpoint, What);
}
