namespace DriveKD.Evaluation.Deployment;

/// <summary>A device by name, with the numbers of its maker's data sheet.</summary>
/// <param name="Name">As <c>--gpu</c> takes it.</param>
/// <param name="Tflops">Dense bfloat16 matrix products with float32 sums, in units of 10^12 per second.</param>
/// <param name="TflopsFloat32">The same in float32.</param>
/// <param name="GigabytesPerSecond">Memory bandwidth.</param>
/// <param name="Gigabytes">Memory.</param>
public sealed record DevicePreset(string Name, double Tflops, double TflopsFloat32, double GigabytesPerSecond, double Gigabytes)
{
    /// <summary>Every preset. Makers print figures for sparse matrices, which are twice these.</summary>
    public static IReadOnlyList<DevicePreset> All { get; } =
    [
        new("H200", 989, 67, 4800, 141),
        new("H100-SXM", 989, 67, 3350, 80),
        new("A100-80GB", 312, 19.5, 2039, 80),
        new("A100-40GB", 312, 19.5, 1555, 40),
        new("L40S", 362, 91.6, 864, 48),
        new("A10", 125, 31.2, 600, 24),
        new("L4", 121, 30.3, 300, 24),
        new("RTX-4090", 165, 82.6, 1008, 24),
        new("RTX-3090", 71, 35.6, 936, 24),

        // The board's 170 sparse INT8 operations are 42.5 dense ones in 16 bits. The processor shares the memory.
        new("Jetson-AGX-Orin-64GB", 42.5, 5.3, 204.8, 64),
    ];

    /// <summary>The preset of a name, in any case; null where there is none.</summary>
    /// <param name="name">What was asked for.</param>
    public static DevicePreset? Find(string name) => All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The device, computing in one format.</summary>
    /// <param name="isFloat32">Float32 instead of bfloat16.</param>
    public DeviceNumbers ToNumbers(bool isFloat32) => new()
    {
        Name = Name,
        PeakFlops = 1e12 * (isFloat32 ? TflopsFloat32 : Tflops),
        Bandwidth = 1e9 * GigabytesPerSecond,
        MemoryBytes = 1e9 * Gigabytes,
    };
}
