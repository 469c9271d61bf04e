namespace DriveKD.Evaluation.Clients;

/// <summary>What went wrong with a request.</summary>
public enum EndpointFault
{
    /// <summary>There was no connection: no such host, nobody listens, no trust.</summary>
    Unreachable,

    /// <summary>The connection ended before the reply did.</summary>
    Dropped,

    /// <summary>The reply did not come in time.</summary>
    Timeout,

    /// <summary>The key was missing or refused (401, 403).</summary>
    Unauthorized,

    /// <summary>There is no such model or no such address (404).</summary>
    NotFound,

    /// <summary>The request was refused for what it is (other 4xx).</summary>
    Refused,

    /// <summary>Too many requests (429).</summary>
    TooManyRequests,

    /// <summary>The account has no credit left (402, or 429 that says so).</summary>
    NoCredit,

    /// <summary>The server failed (5xx).</summary>
    ServerError,

    /// <summary>The server sent somewhere else (3xx).</summary>
    Moved,

    /// <summary>The reply is not what the API promises.</summary>
    Malformed,

    /// <summary>The reply is larger than any answer.</summary>
    TooLarge,
}
