"""A kernel that says it speaks R, for the tests of what is shown there."""

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class FakeR(Kernel):
    """Answers every cell with its own source."""

    implementation = "fake-r"
    implementation_version = "1.0"
    banner = "Fake R"
    language_info = {  # noqa: RUF012
        "name": "R",
        "mimetype": "text/x-r-source",
        "file_extension": ".r",
    }

    def do_execute(self, code, silent, *args, **kwargs):
        """Send the source back as the cell's output."""
        if not silent:
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": code})
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }


IPKernelApp.launch_instance(kernel_class=FakeR)
