namespace DriveKD.Evaluation.DriveBench.Extraction;

/// <summary>The yes/no reading that DriveBench's scorer defines and calls nowhere: yes wins over no wherever it stands.</summary>
public static class YesNo
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">Any text.</param>
    /// <returns>True for yes, false for no, null where neither word stands in the answer.</returns>
    public static bool? Extract(string answer) =>
        PythonText.HoldsWord(answer, "yes") ? true
        : PythonText.HoldsWord(answer, "no") ? false
        : null;
}
