namespace DriveKD.Evaluation.Clients;

/// <summary>How long to wait before another attempt.</summary>
internal static class RetryDelay
{
    /// <summary>The longest wait that is our own choice.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait that a server may ask for; who asks for more is not waited for.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    /// <summary>Doubles from one second, less a random part up to its half; what the server asks for is not undercut.</summary>
    /// <param name="retry">0 before the first repetition.</param>
    /// <param name="asked">The server's Retry-After, or null.</param>
    /// <param name="random">0 to 1: clients that failed together do not come back together.</param>
    public static TimeSpan Of(int retry, TimeSpan? asked, double random)
    {
        TimeSpan backoff = TimeSpan.FromSeconds(Math.Min(LongestBackoff.TotalSeconds, Math.Pow(2, Math.Min(retry, 16))));
        TimeSpan jittered = backoff * (1 - (0.5 * random));
        return asked is TimeSpan wait ? wait + (TimeSpan.FromSeconds(0.5) * random) : jittered;
    }
}
