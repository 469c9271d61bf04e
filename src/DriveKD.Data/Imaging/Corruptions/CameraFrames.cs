using System.Globalization;
using System.Text.RegularExpressions;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Tells from paths which pictures belong to one frame, and which camera took each. nuScenes file names
/// (<c>LOG__CAMERA__MICROSECONDS.jpg</c>) are grouped by log and time: the cameras of one frame fire within 50 ms, frames are half a second
/// apart. Other paths belong together where they differ in the camera's name only.
/// </summary>
public static partial class CameraFrames
{
    private const long SameFrameMicroseconds = 200_000;

    /// <summary>Tells each picture's identity. Frames are named after their CAM_FRONT picture where it is among them, else after their first.</summary>
    /// <param name="paths">All pictures that are corrupted together, by paths relative to a common folder.</param>
    /// <returns>One identity per path, in the order of the paths.</returns>
    public static IReadOnlyList<PictureIdentity> Identify(IReadOnlyList<string> paths)
    {
        PictureIdentity[] identities = new PictureIdentity[paths.Count];
        List<(string Log, long Time, string Camera, string Name, int Index)> timed = [];
        for (int i = 0; i < paths.Count; i++)
        {
            string path = paths[i].Replace('\\', '/');
            string name = path[(path.LastIndexOf('/') + 1)..];
            Match nuScenes = NuScenesName().Match(name);
            if (nuScenes.Success && long.TryParse(nuScenes.Groups["time"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long time))
            {
                timed.Add((nuScenes.Groups["log"].Value, time, nuScenes.Groups["camera"].Value, name, i));
                continue;
            }

            Match camera = CameraName().Match(path);
            identities[i] = camera.Success
                ? new PictureIdentity(path, path.Remove(camera.Index, camera.Length), camera.Value)
                : new PictureIdentity(path, path, null);
        }

        timed.Sort();
        for (int first = 0; first < timed.Count;)
        {
            int end = first + 1;
            while (end < timed.Count && timed[end].Log == timed[first].Log && timed[end].Time - timed[first].Time <= SameFrameMicroseconds)
            {
                end++;
            }

            string frame = timed[first].Name;
            for (int i = first; i < end; i++)
            {
                frame = timed[i].Camera == VehicleCameras.All[0] ? timed[i].Name : frame;
            }

            for (; first < end; first++)
            {
                identities[timed[first].Index] = new PictureIdentity(timed[first].Name, frame, timed[first].Camera);
            }
        }

        return identities;
    }

    [GeneratedRegex(@"^(?<log>.+)__(?<camera>CAM_[A-Z_]+)__(?<time>\d+)\.\w+$", RegexOptions.CultureInvariant)]
    private static partial Regex NuScenesName();

    [GeneratedRegex("CAM_(?:FRONT|BACK)(?:_LEFT|_RIGHT)?(?![A-Z_])", RegexOptions.CultureInvariant | RegexOptions.RightToLeft)]
    private static partial Regex CameraName();
}
