namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>The six cameras of a nuScenes vehicle, in DriveLM's order.</summary>
public static class VehicleCameras
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["CAM_FRONT", "CAM_FRONT_LEFT", "CAM_FRONT_RIGHT", "CAM_BACK", "CAM_BACK_LEFT", "CAM_BACK_RIGHT"];

    /// <summary>A camera's place in the order; a camera that is not known counts as the first.</summary>
    /// <param name="camera">A name, or null.</param>
    public static int IndexOf(string? camera)
    {
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i].Equals(camera, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return 0;
    }
}
