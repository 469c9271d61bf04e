using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Every kind of corruption: its names, its group, its severities.</summary>
public static class CorruptionCatalog
{
    /// <summary>The name that stands for all fifteen faults.</summary>
    public const string AllName = "all";

    private static readonly Lazy<Dictionary<string, CorruptionInfo>> _byName = new(ByName);

    /// <summary>The clean picture, the absent one, then the faults in DriveBench's order of groups.</summary>
    public static IReadOnlyList<CorruptionInfo> All { get; } =
    [
        new() { Kind = CorruptionKind.Clean, Name = "clean", Title = "Clean", HighestSeverity = 0 },
        new() { Kind = CorruptionKind.NoImage, Name = "noimage", Title = "No image", OtherNames = ["text-only"], HighestSeverity = 0 },
        new() { Kind = CorruptionKind.Brightness, Name = "brightness", Title = "Brightness", Group = CorruptionGroup.Weather, OtherNames = ["bright"], PublishedSeverity = 4 },
        new()
        {
            Kind = CorruptionKind.LowLight, Name = "low_light", Title = "Low light", Group = CorruptionGroup.Weather, OtherNames = ["dark"],
            PublishedSeverity = 4, IsRandom = true, HighestSeverity = 4,
            WhyNotHigher = "the published tables are indexed by the severity itself and end at 4",
        },
        new() { Kind = CorruptionKind.Fog, Name = "fog", Title = "Fog", Group = CorruptionGroup.Weather, PublishedSeverity = 5, IsRandom = true },
        new() { Kind = CorruptionKind.Snow, Name = "snow", Title = "Snow", Group = CorruptionGroup.Weather, PublishedSeverity = 4, IsRandom = true },
        new() { Kind = CorruptionKind.Rain, Name = "rain", Title = "Rain", Group = CorruptionGroup.Weather, PublishedSeverity = 5, IsRandom = true },
        new()
        {
            Kind = CorruptionKind.WaterSplash, Name = "water_splash", Title = "Water splash", Group = CorruptionGroup.External,
            OtherNames = ["water", "WaterSplashCorruption"], PublishedSeverity = 4, IsRandom = true, ChoosesCameras = true,
        },
        new()
        {
            Kind = CorruptionKind.LensObstacle, Name = "lens_obstacle", Title = "Lens obstacle", Group = CorruptionGroup.External,
            OtherNames = ["lens", "LensObstacleCorruption"], PublishedSeverity = 5, IsRandom = true, ChoosesCameras = true,
        },
        new()
        {
            Kind = CorruptionKind.CameraCrash, Name = "camera_crash", Title = "Camera crash", Group = CorruptionGroup.Sensor,
            PublishedSeverity = 4, IsRandom = true, ChoosesCameras = true,
        },
        new()
        {
            Kind = CorruptionKind.FrameLost, Name = "frame_lost", Title = "Frame lost", Group = CorruptionGroup.Sensor,
            PublishedSeverity = 4, IsRandom = true, ChoosesCameras = true,
        },
        new() { Kind = CorruptionKind.Saturate, Name = "saturate", Title = "Saturate", Group = CorruptionGroup.Sensor, PublishedSeverity = 5 },
        new()
        {
            Kind = CorruptionKind.MotionBlur, Name = "motion_blur", Title = "Motion blur", Group = CorruptionGroup.Motion,
            OtherNames = ["motion"], PublishedSeverity = 4, IsRandom = true,
        },
        new()
        {
            Kind = CorruptionKind.ZoomBlur, Name = "zoom_blur", Title = "Zoom blur", Group = CorruptionGroup.Motion,
            OtherNames = ["zoom"], PublishedSeverity = 4,
        },
        new()
        {
            Kind = CorruptionKind.BitError, Name = "bit_error", Title = "Bit error", Group = CorruptionGroup.Transmission, NeedsFfmpeg = true,
        },
        new()
        {
            Kind = CorruptionKind.ColorQuantization, Name = "color_quant", Title = "Color quantization", Group = CorruptionGroup.Transmission,
            OtherNames = ["colour_quant", "ColorQuant"], PublishedSeverity = 4, HighestSeverity = 4,
            WhyNotHigher = "severity s keeps 5 - s bits of each colour, and 0 bits are no picture",
        },
        new()
        {
            Kind = CorruptionKind.H265, Name = "h265", Title = "H.265", Group = CorruptionGroup.Transmission,
            OtherNames = ["h256", "H256ABRCompression", "H265ABRCompression"], NeedsFfmpeg = true,
        },
    ];

    /// <summary>The fifteen faults.</summary>
    public static IReadOnlyList<CorruptionInfo> Faults { get; } = [.. All.Where(info => info.Group is not null)];

    /// <summary>What is known of a kind.</summary>
    /// <param name="kind">Any.</param>
    public static CorruptionInfo Of(CorruptionKind kind) => All.First(info => info.Kind == kind);

    /// <summary>Finds a kind by any of its names; capitals, spaces, dashes and underscores do not matter.</summary>
    /// <param name="name">A name.</param>
    /// <param name="info">The kind; null where there is none of that name.</param>
    public static bool TryFind(string name, out CorruptionInfo? info) => _byName.Value.TryGetValue(Plain(name), out info);

    /// <summary>Reads a list of names.</summary>
    /// <param name="names">Names; <see cref="AllName"/> stands for the fifteen faults. One named twice is taken once.</param>
    /// <param name="where">The option or key, for messages.</param>
    /// <returns>The kinds in the order of their first mention.</returns>
    /// <exception cref="InputException">A name is not known, or there is none.</exception>
    public static IReadOnlyList<CorruptionInfo> Parse(IEnumerable<string> names, string where)
    {
        ProblemList problems = new();
        List<CorruptionInfo> kinds = [];
        foreach (string name in names.Select(name => name.Trim()).Where(name => name.Length > 0))
        {
            if (name.Equals(AllName, StringComparison.OrdinalIgnoreCase))
            {
                kinds.AddRange(Faults);
            }
            else if (TryFind(name, out CorruptionInfo? info))
            {
                kinds.Add(info!);
            }
            else
            {
                string nearest = NearestName.Find(name, All.Select(known => known.Name)) is string near ? $" Did you mean '{near}'?" : "";
                problems.Add(where, $"'{name}' is no corruption.{nearest} Known: {AllName}, {string.Join(", ", All.Select(known => known.Name))}.");
            }
        }

        problems.ThrowIfAny();
        return kinds.Count == 0
            ? throw new InputException(where, $"no corruption is named; known: {AllName}, {string.Join(", ", All.Select(known => known.Name))}.")
            : [.. kinds.Distinct()];
    }

    /// <summary>Why a kind cannot have a severity; null where it can.</summary>
    /// <param name="info">The kind.</param>
    /// <param name="severity">Any number.</param>
    public static string? WhyNot(CorruptionInfo info, int severity)
    {
        if (info.Has(severity))
        {
            return null;
        }

        string why = severity >= 1 && info.WhyNotHigher is string reason ? $": {reason}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{info.Name} has no severity {severity}; 1 to {info.HighestSeverity} are possible{why}.");
    }

    private static Dictionary<string, CorruptionInfo> ByName()
    {
        Dictionary<string, CorruptionInfo> names = [];
        foreach (CorruptionInfo info in All)
        {
            foreach (string name in (IEnumerable<string>)[info.Name, .. info.OtherNames])
            {
                names[Plain(name)] = info;
            }
        }

        return names;
    }

    private static string Plain(string name) =>
        string.Concat(name.Where(letter => letter is not ('_' or '-' or ' '))).ToUpperInvariant();
}
