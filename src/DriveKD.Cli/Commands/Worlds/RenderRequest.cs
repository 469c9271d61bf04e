using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Cli.Commands.Worlds;

/// <summary>What to draw.</summary>
internal sealed record RenderRequest
{
    private const int LeastSide = 16;
    private const int MostSide = 4096;
    private const double MostSeconds = 600;

    /// <summary>Chooses the scene.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Pixels across.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels down.</summary>
    public required int Height { get; init; }

    /// <summary>Seconds after the scene's beginning.</summary>
    public required double At { get; init; }

    /// <summary>Whether the raised cameras look.</summary>
    public required bool IsRaised { get; init; }

    /// <summary>Seconds of video; null for none.</summary>
    public required double? VideoSeconds { get; init; }

    /// <summary>Where the video's program is; null for no video.</summary>
    public required Ffmpeg? Ffmpeg { get; init; }

    /// <summary>Checks what was asked for.</summary>
    /// <exception cref="InputException">Something is impossible: all of it at once.</exception>
    public static RenderRequest Check(ulong seed, string size, double at, bool isRaised, double? videoSeconds)
    {
        ProblemList problems = new();
        string[] sides = size.Split('x');
        (int width, int height) = sides.Length == 2 && TryRead(sides[0], out int x) && TryRead(sides[1], out int y) ? (x, y) : (0, 0);
        if (width == 0)
        {
            problems.Add("--size", $"is '{size}'; width x height in pixels is expected, {LeastSide} to {MostSide} each, such as 800x450.");
        }

        if (!(at is >= 0 and <= MostSeconds))
        {
            problems.Add("--at", FormattableString.Invariant($"is {at}; 0 to {MostSeconds} seconds are possible."));
        }

        if (videoSeconds is double length && !(length is > 0 and <= MostSeconds))
        {
            problems.Add("--seconds", FormattableString.Invariant($"is {length}; more than 0 and at most {MostSeconds} seconds are possible."));
        }

        problems.ThrowIfAny();
        return new RenderRequest
        {
            Seed = seed,
            Width = width,
            Height = height,
            At = at,
            IsRaised = isRaised,
            VideoSeconds = videoSeconds,
            Ffmpeg = videoSeconds is null ? null : Ffmpeg.Require("--video needs it", "leave --video out"),
        };
    }

    private static bool TryRead(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= LeastSide and <= MostSide;
}
