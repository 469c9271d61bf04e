namespace DriveKD.World.Rendering;

/// <summary>The six cameras around a vehicle, placed and named as nuScenes does (Caesar et al. 2020, section 3).</summary>
public sealed class CameraRig
{
    /// <summary>The camera that looks ahead.</summary>
    public const string Front = "CAM_FRONT";

    private static readonly (string Name, double X, double Y, double Yaw)[] _places =
    [
        (Front, 1.7, 0, 0),
        ("CAM_FRONT_LEFT", 1.5, 0.5, 55),
        ("CAM_FRONT_RIGHT", 1.5, -0.5, -55),
        ("CAM_BACK", -1.9, 0, 180),
        ("CAM_BACK_LEFT", 1.0, 0.5, 110),
        ("CAM_BACK_RIGHT", 1.0, -0.5, -110),
    ];

    /// <summary>Places the cameras.</summary>
    /// <param name="settings">How; the defaults where null.</param>
    public CameraRig(RigSettings? settings = null)
    {
        settings ??= new RigSettings();
        Cameras =
        [
            .. _places.Select(place => new Camera
            {
                Name = place.Name,
                Position = new SpacePoint(place.X, place.Y, settings.HeightMetres),
                YawDegrees = place.Yaw,
                PitchDegrees = settings.PitchDegrees,
                FieldOfViewDegrees = place.Yaw == 180 ? settings.BackFieldOfViewDegrees : settings.FieldOfViewDegrees,
            }),
        ];
    }

    /// <summary>The names, in the order of <see cref="Cameras"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _places.Select(place => place.Name)];

    /// <summary>The six: front, front left, front right, back, back left, back right.</summary>
    public IReadOnlyList<Camera> Cameras { get; }

    /// <summary>Finds a camera.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">How the rig stands; the defaults where null.</param>
    /// <exception cref="ArgumentException">No camera has this name.</exception>
    public static Camera Find(string name, RigSettings? settings = null) =>
        new CameraRig(settings).Cameras.FirstOrDefault(camera => camera.Name == name)
        ?? throw new ArgumentException($"'{name}' is no camera: {string.Join(", ", Names)}.", nameof(name));
}
