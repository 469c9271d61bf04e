using System.Globalization;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Which of the six cameras a fault of the vehicle hits. Drawn for all cameras at once, so that the pictures of a frame agree.</summary>
internal static class HitCameras
{
    /// <summary>
    /// Camera crash: as many cameras as the severity says, drawn once per data set and WITH replacement, so that fewer may be dead.
    /// DriveBench's CameraCrash.
    /// </summary>
    /// <param name="streams">The run's randomness.</param>
    /// <param name="severity">1 to 5.</param>
    public static bool[] OfCrash(RandomStreams streams, int severity)
    {
        CorruptionRandom random = Open(streams, CorruptionKind.CameraCrash, severity, "data set");
        bool[] hit = new bool[VehicleCameras.All.Count];
        for (int i = 0; i < severity; i++)
        {
            hit[random.NextInt(0, hit.Length - 1)] = true;
        }

        return hit;
    }

    /// <summary>Frame lost: each camera of a frame by itself with probability severity / 6. DriveBench's FrameLost.</summary>
    /// <param name="streams">The run's randomness.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="frame">The frame's name.</param>
    public static bool[] OfLostFrame(RandomStreams streams, int severity, string frame)
    {
        CorruptionRandom random = Open(streams, CorruptionKind.FrameLost, severity, frame);
        bool[] hit = new bool[VehicleCameras.All.Count];
        for (int i = 0; i < hit.Length; i++)
        {
            hit[i] = random.NextDouble() < severity / 6.0;
        }

        return hit;
    }

    /// <summary>Water and obstacles on lenses: the first camera always, and 1 to 5 of the others, each number equally likely.</summary>
    /// <param name="streams">The run's randomness.</param>
    /// <param name="kind">Which of the two.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="frame">The frame's name.</param>
    public static bool[] OfLens(RandomStreams streams, CorruptionKind kind, int severity, string frame)
    {
        CorruptionRandom random = Open(streams, kind, severity, frame);
        bool[] hit = new bool[VehicleCameras.All.Count];
        hit[0] = true;
        foreach (int other in random.Choose(random.NextInt(1, hit.Length - 1), hit.Length - 1))
        {
            hit[other + 1] = true;
        }

        return hit;
    }

    private static CorruptionRandom Open(RandomStreams streams, CorruptionKind kind, int severity, string what) =>
        new(streams(string.Create(CultureInfo.InvariantCulture, $"corruption/{CorruptionCatalog.Of(kind).Name}/{severity}/cameras/{what}")));
}
