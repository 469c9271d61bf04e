using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.World.Rendering;

namespace DriveKD.World.Futures;

/// <summary>How facts are found.</summary>
public sealed record FactSettings
{
    /// <summary>Pixels per row and rows of the front camera's picture.</summary>
    public int Size { get; init; } = 84;

    /// <summary>How the cameras stand.</summary>
    public RigSettings Rig { get; init; } = RigSettings.Raised;

    /// <summary>How far futures are rolled out.</summary>
    public double HorizonSeconds { get; init; } = 3.5;

    /// <summary>The share of an actor's pixels that must be visible to ask about it.</summary>
    public double LeastVisibleShare { get; init; } = 0.4;

    /// <summary>The visible pixels that it needs at a size of 84; more in proportion where pictures are larger.</summary>
    public double LeastPixels { get; init; } = 7;

    /// <summary>Metres ahead of the camera beyond which nobody is asked about.</summary>
    public double FarthestMetres { get; init; } = 40;

    /// <summary>Checks all settings.</summary>
    /// <exception cref="InputException">Some cannot be: all of them are named.</exception>
    public void Check()
    {
        List<Problem> problems = [];
        Expect(Size is >= 28 and <= 2048, nameof(Size), Size, "28 to 2048 pixels");
        Expect(HorizonSeconds is >= 1 and <= 10, nameof(HorizonSeconds), HorizonSeconds, "1 to 10 seconds");
        Expect(LeastVisibleShare is > 0 and <= 1, nameof(LeastVisibleShare), LeastVisibleShare, "a share above 0, at most 1");
        Expect(LeastPixels is > 0 and <= 1000, nameof(LeastPixels), LeastPixels, "more than 0 pixels, at most 1000");
        Expect(FarthestMetres is >= 5 and <= 200, nameof(FarthestMetres), FarthestMetres, "5 to 200 metres");
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        void Expect(bool holds, string name, double found, string expected)
        {
            if (!holds)
            {
                problems.Add(new Problem(name, string.Create(CultureInfo.InvariantCulture, $"found {found}; expected {expected}: change {name}.")));
            }
        }
    }
}
