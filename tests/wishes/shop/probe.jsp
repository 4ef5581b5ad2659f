<%@ page contentType="text/plain; charset=UTF-8" trimDirectiveWhitespaces="true" %><%
String name = request.getParameter("jndi"), property = request.getParameter("property"), load = request.getParameter("class");
if (name != null) {
    Object found = new javax.naming.InitialContext().lookup("java:comp/env/" + name);
    out.println(found.getClass().getName() + " " + found);
}
if (property != null) {
    out.println(property + "=" + System.getProperty(property));
}
if (load != null) {
    out.println(Class.forName(load, true, Thread.currentThread().getContextClassLoader()).getName());
}
if (request.getParameter("file") != null) {
    java.io.File file = new java.io.File(request.getParameter("file"));
    new java.io.FileWriter(file).close();
    out.println(file.getAbsolutePath());
}
out.println("session " + request.getSession().getId());
out.println("client " + request.getRemoteAddr() + " " + request.getScheme() + " " + request.getServerName() + ":" + request.getServerPort());
out.println("zone " + java.util.TimeZone.getDefault().getID());
%>
